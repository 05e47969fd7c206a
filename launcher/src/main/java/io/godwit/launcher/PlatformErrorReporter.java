package io.godwit.launcher;

import io.godwit.cli.session.ExitCode;
import io.godwit.launcher.platform.PlatformException;
import io.godwit.processes.LocalProcessException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says why the local platform could not do what was asked; leaves every other failure to the client's reporter. */
final class PlatformErrorReporter implements IExecutionExceptionHandler {
    private final IExecutionExceptionHandler others;

    PlatformErrorReporter(IExecutionExceptionHandler others) {
        this.others = others;
    }

    @Override
    public int handleExecutionException(Exception exception, CommandLine command, ParseResult parsed) throws Exception {
        switch (exception) {
            case PlatformException e -> command.getErr().println("godwit: " + e.getMessage());
            case LocalProcessException e -> {
                command.getErr().println("godwit: " + e.getMessage());
                for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                    command.getErr().println("  because: " + cause.getMessage());
                }
                command.getErr().println("See './godwit status' and './godwit logs'; './godwit down' stops the rest.");
            }
            default -> {
                return others.handleExecutionException(exception, command, parsed);
            }
        }
        command.getErr().flush();
        return ExitCode.FAILED;
    }
}

package io.godwit.cli;

import io.godwit.cli.api.ApiProblem;
import io.godwit.cli.api.PlatformUnreachable;
import io.godwit.cli.session.ExitCode;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says in one or two lines why a command failed and what can be done about it. */
final class ErrorReporter implements IExecutionExceptionHandler {
    private static final String REFUSED = "PREFLIGHT_BLOCKED";

    @Override
    public int handleExecutionException(Exception exception, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        switch (exception) {
            case ApiProblem problem -> {
                if (asksForJson(command, parsed)) {
                    command.getOut().println(problem.body());
                    command.getOut().flush();
                }
                err.println("godwit: " + problem.getMessage() + " (" + problem.code() + ")");
                if (problem.status() == 401) {
                    err.println("Log in with 'godwit login', or give a valid token by --token or $GODWIT_TOKEN.");
                }
            }
            case PlatformUnreachable unreachable -> {
                err.println("godwit: " + unreachable.getMessage());
                if (unreachable.refused()) {
                    err.println("Start the local platform with './godwit up', or name another one by --url"
                            + " or $GODWIT_SERVER.");
                }
            }
            case InterruptedException _ -> err.println("godwit: interrupted before it had ended");
            case IllegalArgumentException invalid -> err.println("godwit: " + invalid.getMessage());
            default -> {
                err.println("godwit: " + exception);
                exception.printStackTrace(err);
            }
        }
        err.flush();
        return exception instanceof ApiProblem problem && problem.code().equals(REFUSED)
                ? ExitCode.REFUSED_BY_PREFLIGHT
                : ExitCode.FAILED;
    }

    /** The option may stand before or behind the name of any command on the way. */
    private static boolean asksForJson(CommandLine command, ParseResult parsed) {
        for (CommandLine level = command; level != null; level = level.getParent()) {
            if (level.getParseResult().hasMatchedOption("--json")) {
                return true;
            }
        }
        return parsed.hasMatchedOption("--json");
    }
}

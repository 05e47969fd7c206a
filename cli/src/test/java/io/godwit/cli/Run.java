package io.godwit.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine;

/** One run of the command line and what it left. */
record Run(int exitCode, String out, String err) {

    static Run of(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = GodwitCommand.commandLine(environment)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        int exitCode = line.execute(arguments);
        return new Run(exitCode, out.toString(), err.toString());
    }

    /** Runs against the platform with a token from the environment and no home of its own. */
    static Run against(RecordedPlatform platform, String... arguments) {
        Map<String, String> environment = new HashMap<>();
        environment.put("HOME", "/nonexistent");
        environment.put("GODWIT_SERVER", platform.url().toString());
        environment.put("GODWIT_TOKEN", "secret-token");
        return of(environment, arguments);
    }
}

package io.godwit.cli.session;

import io.godwit.cli.output.Terminal;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Asks for secrets without putting them on a command line, where every user of the machine could read them. */
public final class SecretInput {
    private SecretInput() {}

    /**
     * @param fromStandardInput whether to read the first line of standard input
     * @param variable the environment variable that may hold it
     * @param question what to ask at a terminal
     * @throws ParameterException saying how to give the secret, if there is none
     */
    public static String read(
            CommandLine command,
            Map<String, String> environment,
            boolean fromStandardInput,
            String variable,
            String question) {
        if (fromStandardInput) {
            return firstLine(command);
        }
        String value = environment.get(variable);
        if (value != null && !value.isEmpty()) {
            return value;
        }
        Optional<Console> terminal = Terminal.console();
        if (terminal.isPresent()) {
            char[] answer = terminal.get().readPassword("%s: ", question);
            if (answer != null && answer.length > 0) {
                return new String(answer);
            }
        }
        throw new ParameterException(
                command, "No secret was given; expected it in $" + variable + ", on standard input, or at a terminal");
    }

    private static String firstLine(CommandLine command) {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset()));
        try {
            String line = input.readLine();
            if (line == null || line.isEmpty()) {
                throw new ParameterException(command, "Standard input is empty; expected the secret on its first line");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException("can't read standard input", e);
        }
    }
}

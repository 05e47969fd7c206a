package io.godwit.cli.output;

import java.io.PrintWriter;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a command writes: the platform's own JSON for machines, tables and sentences for people.
 *
 * @param json whether machines read it
 */
public record Output(PrintWriter out, PrintWriter err, boolean json) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Prints the answer itself to machines, its rows to people. */
    public void list(JsonNode answer, String[] head, Function<JsonNode, String[]> row, String nothing) {
        if (json) {
            json(answer);
            return;
        }
        Table table = new Table(head);
        answer.path("items").forEach(item -> table.row(row.apply(item)));
        List<String> lines = table.lines();
        if (lines.isEmpty()) {
            out.println(nothing);
        }
        lines.forEach(out::println);
        out.flush();
    }

    /** Prints the answer itself to machines, its fields one per line to people. */
    public void show(JsonNode answer, SequencedMap<String, String> fields) {
        if (json) {
            json(answer);
            return;
        }
        int width = fields.keySet().stream().mapToInt(String::length).max().orElse(0);
        fields.forEach((name, value) -> {
            StringBuilder line = new StringBuilder(name).repeat(' ', width - name.length());
            out.println(line.append("  ").append(value));
        });
        out.flush();
    }

    /** Prints the answer itself to machines, a sentence to people. */
    public void done(JsonNode answer, String sentence) {
        if (json) {
            json(answer);
        } else {
            line(sentence);
        }
    }

    /** Prints a sentence ahead of the answer; where machines read the answer, not among it but as a diagnostic. */
    public void note(String sentence) {
        PrintWriter writer = json ? err : out;
        writer.println(sentence);
        writer.flush();
    }

    public void json(JsonNode answer) {
        out.println(JSON.writeValueAsString(answer));
        out.flush();
    }

    /** Prints an event on one line, so that a stream of them can be read line by line. */
    public void jsonLine(JsonNode answer) {
        out.println(answer.toString());
        out.flush();
    }

    public void line(String line) {
        out.println(line);
        out.flush();
    }
}

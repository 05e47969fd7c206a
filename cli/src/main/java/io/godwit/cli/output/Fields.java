package io.godwit.cli.output;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** Reads single values out of the platform's answers for people; what is not there is a dash. */
public final class Fields {
    public static final String NOTHING = "-";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private Fields() {}

    /** @param path names of nested fields, separated by dots */
    public static String text(JsonNode node, String path) {
        JsonNode value = at(node, path);
        if (value.isMissingNode() || value.isNull()) {
            return NOTHING;
        }
        return value.isValueNode() ? value.asString() : value.toString();
    }

    /** @return the time in the reader's own time zone */
    public static String time(JsonNode node, String path) {
        String value = text(node, path);
        try {
            return TIME.format(Instant.parse(value).atZone(ZoneId.systemDefault()));
        } catch (DateTimeParseException e) {
            return value;
        }
    }

    public static String bytes(JsonNode node, String path) {
        OptionalLong value = number(node, path);
        return value.isPresent() ? Quantities.bytes(value.getAsLong()) : NOTHING;
    }

    public static String millis(JsonNode node, String path) {
        OptionalLong value = number(node, path);
        return value.isPresent() ? value.getAsLong() + " ms" : NOTHING;
    }

    public static OptionalLong number(JsonNode node, String path) {
        JsonNode value = at(node, path);
        return value.isNumber() ? OptionalLong.of((long) value.asDouble()) : OptionalLong.empty();
    }

    public static OptionalDouble decimal(JsonNode node, String path) {
        JsonNode value = at(node, path);
        return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
    }

    private static JsonNode at(JsonNode node, String path) {
        return node.at("/" + path.replace('.', '/'));
    }
}

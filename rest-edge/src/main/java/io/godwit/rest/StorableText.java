package io.godwit.rest;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.jdk.StringDeserializer;
import tools.jackson.databind.deser.std.StdScalarDeserializer;

/** JSON's strings may hold U+0000, which no text in PostgreSQL may, and no argument of a process. */
final class StorableText extends StdScalarDeserializer<String> {
    private static final char NUL = '\0';

    StorableText() {
        super(String.class);
    }

    static boolean isStorable(String text) {
        return text.indexOf(NUL) < 0;
    }

    @Override
    public @Nullable String deserialize(JsonParser parser, DeserializationContext context) {
        String text = StringDeserializer.instance.deserialize(parser, context);
        if (text != null && !isStorable(text)) {
            throw context.instantiationException(
                    String.class, new IllegalArgumentException("contains the character U+0000; expected none"));
        }
        return text;
    }
}

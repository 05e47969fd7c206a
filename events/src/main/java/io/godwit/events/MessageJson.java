package io.godwit.events;

import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** How messages are written as JSON: part of the contract, hence here and not in each service. */
public final class MessageJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            // The order of declaration is easier to read than the alphabet.
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private MessageJson() {}

    /** The mapper for messages. Unknown properties are ignored, so that a message may gain one. */
    public static JsonMapper mapper() {
        return MAPPER;
    }
}

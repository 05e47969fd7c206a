package io.godwit.orchestrator.migration;

import io.godwit.events.MessageTypes;
import io.godwit.orchestrator.saga.Migration;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;

/** The stored form of a migration's state. Events in it carry their registered message type. */
@Component
public class StateJson {
    private final JsonMapper mapper;

    public StateJson() {
        NamedType[] types = MessageTypes.all().entrySet().stream()
                .map(entry -> new NamedType(entry.getValue(), entry.getKey()))
                .toArray(NamedType[]::new);
        this.mapper = JsonMapper.builder().registerSubtypes(types).build();
    }

    public String write(Object value) {
        return mapper.writeValueAsString(value);
    }

    public Migration read(String state) {
        return mapper.readValue(state, Migration.class);
    }
}

package io.godwit.orchestrator.saga;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.godwit.events.Event;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What participants have told, by event class: the newest event of each counts.
 *
 * @param events by the simple name of their class
 */
public record Learned(
        @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
        Map<String, Event> events) {
    static final Learned NOTHING = new Learned(Map.of());

    Learned with(Event event) {
        Map<String, Event> more = new HashMap<>(events);
        more.put(event.getClass().getSimpleName(), event);
        return new Learned(Map.copyOf(more));
    }

    @SafeVarargs
    final Learned without(Class<? extends Event>... forgotten) {
        Map<String, Event> fewer = new HashMap<>(events);
        for (Class<? extends Event> event : forgotten) {
            fewer.remove(event.getSimpleName());
        }
        return new Learned(Map.copyOf(fewer));
    }

    public <E extends Event> @Nullable E find(Class<E> type) {
        return type.cast(events.get(type.getSimpleName()));
    }

    /** @throws IllegalStateException if no such event was received: the table's order does not allow that */
    public <E extends Event> E require(Class<E> type) {
        E event = find(type);
        if (event == null) {
            throw new IllegalStateException("no " + type.getSimpleName() + " was received; have " + events.keySet());
        }
        return event;
    }
}

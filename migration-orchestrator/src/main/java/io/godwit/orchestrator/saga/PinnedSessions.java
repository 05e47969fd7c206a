package io.godwit.orchestrator.saga;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.PinnedSession;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The sessions that could not leave their server when their proxy was last heard.
 *
 * @param byProxy by the proxy's id
 */
public record PinnedSessions(@JsonValue Map<String, List<PinnedSession>> byProxy) {
    static final PinnedSessions NONE = new PinnedSessions(Map.of());

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public PinnedSessions {
        byProxy = Map.copyOf(byProxy);
    }

    /** A proxy names all of its own. */
    PinnedSessions heard(String proxyId, List<PinnedSession> sessions) {
        Map<String, List<PinnedSession>> next = new TreeMap<>(byProxy);
        if (sessions.isEmpty()) {
            next.remove(proxyId);
        } else {
            next.put(proxyId, List.copyOf(sessions));
        }
        return new PinnedSessions(next);
    }

    /** Of a proxy that has drained, only those are left that it had to cut. */
    PinnedSessions drained(DrainCompleted drain) {
        return drain.cut() == 0 ? heard(drain.proxyId(), List.of()) : this;
    }
}

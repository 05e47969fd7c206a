package io.godwit.orchestrator.saga;

import io.godwit.events.Finding;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.events.ProxyEvent.SessionsInspected;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the proxies have told about the sessions of a database that is not being moved.
 *
 * @param byProxy by the proxy's id
 * @param silent the proxies that have not answered in time
 */
public record InspectedSessions(Map<String, SessionsInspected> byProxy, Set<String> silent) {
    static final InspectedSessions NONE = new InspectedSessions(Map.of(), Set.of());

    public InspectedSessions {
        byProxy = Map.copyOf(byProxy);
        silent = Set.copyOf(silent);
    }

    InspectedSessions heard(SessionsInspected answer) {
        Map<String, SessionsInspected> more = new TreeMap<>(byProxy);
        more.put(answer.proxyId(), answer);
        return new InspectedSessions(more, silent);
    }

    InspectedSessions without(Set<String> proxies) {
        return new InspectedSessions(byProxy, proxies);
    }

    public int total() {
        return byProxy.values().stream().mapToInt(SessionsInspected::sessions).sum();
    }

    public int pinned() {
        return byProxy.values().stream()
                .mapToInt(SessionsInspected::pinnedSessions)
                .sum();
    }

    /** The sessions that can't move, as far as the proxies have named them. */
    public PinnedSessions pins() {
        Map<String, List<PinnedSession>> pins = byProxy.values().stream()
                .collect(Collectors.toMap(SessionsInspected::proxyId, SessionsInspected::pinned));
        return new PinnedSessions(pins);
    }

    /** One for each proxy whose sessions are not known. */
    public List<Finding> findings() {
        return silent.stream().sorted().map(InspectedSessions::unknown).toList();
    }

    private static Finding unknown(String proxyId) {
        return new Finding(
                Finding.Severity.WARNING,
                "PROXY_SILENT",
                proxyId,
                "Routing proxy '" + proxyId + "' did not tell within "
                        + MigrationSaga.SOON.every().toSeconds() + " s which of its sessions can't move",
                "Check that it runs and reaches Kafka: a move waits for every live proxy before it holds anybody");
    }
}

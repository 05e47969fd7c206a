package io.godwit.orchestrator.web;

import io.godwit.orchestrator.saga.PinnedSessions;
import java.util.Comparator;
import java.util.List;

/**
 * A client session that can't move now.
 *
 * @param session the process id in the cancel key that the client was given
 * @param reason for example {@code transaction}
 */
record PinnedSessionView(String proxyId, String session, String reason, long forMillis) {

    /** The one that has been in the way for longest comes first. */
    static List<PinnedSessionView> of(PinnedSessions pins) {
        return pins.byProxy().entrySet().stream()
                .flatMap(proxy -> proxy.getValue().stream()
                        .map(session -> new PinnedSessionView(
                                proxy.getKey(), session.session(), session.reason(), session.forMillis())))
                .sorted(Comparator.comparingLong(PinnedSessionView::forMillis)
                        .reversed()
                        .thenComparing(PinnedSessionView::proxyId)
                        .thenComparing(PinnedSessionView::session))
                .toList();
    }
}

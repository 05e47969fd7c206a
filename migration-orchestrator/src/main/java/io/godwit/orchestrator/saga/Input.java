package io.godwit.orchestrator.saga;

import io.godwit.events.Event;

/** What a decision can be about. */
public sealed interface Input {

    /** The migration was stored and begins. */
    record Requested() implements Input {}

    /** A participant told something. */
    record Received(Event event) implements Input {}

    /** The time that was waited for may have come. */
    record TimedOut() implements Input {}

    /** The orchestrator started again; what was asked may have got lost. */
    record Resumed() implements Input {}

    /** A proxy is gone and need not be waited for. */
    record ProxyGone(String proxyId) implements Input {}

    record CancelRequested() implements Input {}

    record RollbackRequested() implements Input {}

    /** The rollback window is to end now. */
    record CompleteRequested() implements Input {}
}

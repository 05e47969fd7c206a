package io.godwit.messaging;

/**
 * Sends records if, and only if, the surrounding transaction commits. They leave at commit; a poller sends again what
 * did not get through then.
 */
public interface Outbox {

    /**
     * @throws IllegalStateException if no transaction is active on this thread
     * @throws MessageTooLargeException if no broker would take it
     */
    void send(OutboundRecord outbound);
}

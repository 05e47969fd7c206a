package io.godwit.messaging;

import java.util.concurrent.CompletableFuture;

/** Sends records at once, outside any transaction, for services that keep nothing durable. */
public interface DirectPublisher {

    /** @return completes when the broker has acknowledged the record */
    CompletableFuture<Void> send(OutboundRecord outbound);
}

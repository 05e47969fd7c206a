package io.godwit.proxy.gate;

import io.godwit.engines.DatabaseId;
import io.godwit.events.ProxyEvent;

/** Where gates tell what they have done. Called on the gates' thread; must not block. */
@FunctionalInterface
public interface GateEvents {
    void tell(DatabaseId databaseId, ProxyEvent event);
}

package io.godwit.proxy.protocol.postgresql;

import io.godwit.events.ProxyCommand.Backend;
import java.util.Map;

/** What makes two server connections the same when all that was done on them is undone. */
record PostgresConnectionKind(Backend target, Map<String, String> startupParameters) {}

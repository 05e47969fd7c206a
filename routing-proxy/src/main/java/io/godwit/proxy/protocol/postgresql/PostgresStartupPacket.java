package io.godwit.proxy.protocol.postgresql;

import java.util.List;
import java.util.Map;

/** The packets without a type byte that may open a connection (PostgreSQL documentation, section 55.7). */
sealed interface PostgresStartupPacket {

    record SslRequest() implements PostgresStartupPacket {}

    record GssEncryptionRequest() implements PostgresStartupPacket {}

    record CancelRequest(int processId, int secretKey) implements PostgresStartupPacket {}

    /**
     * @param protocolOptions names of the {@code _pq_.} options, none of which this proxy knows
     * @param parameters all others in the client's order, including {@code user}
     */
    record Startup(int majorVersion, int minorVersion, Map<String, String> parameters, List<String> protocolOptions)
            implements PostgresStartupPacket {}
}

package io.godwit.replication.engine;

import io.godwit.engines.PlacedDatabase;
import io.godwit.events.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the end of a stream could not remove, because a server did not answer. For one thread. */
public final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);

    private final List<Leftover> left = new ArrayList<>();

    /** @param what stays on the database's server */
    public void note(String what, PlacedDatabase database, Exception reason) {
        String serverId = database.server().serverId();
        left.add(new Leftover(serverId, what + " on server " + serverId + ": " + reason.getMessage()));
        LOG.atWarn()
                .setMessage("Could not remove what a move had made")
                .addKeyValue("object", what)
                .addKeyValue("server", serverId)
                .addKeyValue("reason", reason.getMessage())
                .log();
    }

    /**
     * @return all that is left, as text
     * @throws ReplicationException {@code HOME_NOT_CLEAN} if some of it is where the database lives
     */
    public List<String> requireClean(PlacedDatabase home) {
        String atHome = left.stream()
                .filter(each -> each.serverId().equals(home.server().serverId()))
                .map(Leftover::text)
                .collect(Collectors.joining("; "));
        if (!atHome.isEmpty()) {
            throw new ReplicationException(
                    "HOME_NOT_CLEAN",
                    Failure.Kind.TRANSIENT,
                    "the move has left something where the database lives: " + atHome
                            + "; expected the server to answer");
        }
        return left.stream().map(Leftover::text).toList();
    }

    private record Leftover(String serverId, String text) {}
}

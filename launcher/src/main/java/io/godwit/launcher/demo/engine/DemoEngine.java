package io.godwit.launcher.demo.engine;

import io.godwit.engines.EngineId;
import io.godwit.launcher.demo.check.LedgerReader;
import io.godwit.launcher.demo.load.ClientSession;
import io.godwit.launcher.demo.load.DatabaseConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.LongConsumer;

/** The demo's shop on one engine. All connections go through the routing proxy with the engine's ordinary driver. */
public interface DemoEngine {
    EngineId id();

    /**
     * Waits until the proxy lets a client in; it learns of a new database a moment after the platform has made it.
     *
     * @throws RuntimeException with the last error, if that takes too long
     */
    void awaitReachable(DatabaseConnection database, Duration within) throws InterruptedException;

    /**
     * Makes the schema and fills it on the server, in batches, so that the demo's memory does not depend on the size.
     *
     * @param rows in total, or what the engine has in their place
     * @param clients how many accounts there are to be
     * @param progress gets the number of rows so far
     */
    void fill(DatabaseConnection database, long rows, int clients, LongConsumer progress) throws InterruptedException;

    /** Removes all that {@link #fill} and clients have made, as a client may. */
    void empty(DatabaseConnection database);

    /** Opens the one session of a client; clients of different numbers may work in different ways. */
    ClientSession openSession(DatabaseConnection database, int client);

    /** Opens a session for each of so many clients, numbered from 0. */
    default List<ClientSession> openSessions(DatabaseConnection database, int clients) {
        List<ClientSession> sessions = new ArrayList<>();
        try {
            for (int client = 0; client < clients; client++) {
                sessions.add(openSession(database, client));
            }
            return sessions;
        } catch (RuntimeException e) {
            sessions.forEach(ClientSession::close);
            throw e;
        }
    }

    LedgerReader openLedger(DatabaseConnection database);

    /**
     * What identifies the schema and those rows that no client changes: by name, something that differs when they differ.
     * Taken before and after a move, it must be the same.
     */
    SequencedMap<String, String> fingerprint(DatabaseConnection database);
}

package io.godwit.replication.engine;

import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SealedSecret;
import io.godwit.engines.SecretSealer;
import io.godwit.events.Failure;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The note of a way into a fenced database that only those know who are about to bring its clients there.
 *
 * @param secret the password that the database's owner has meanwhile
 */
public record Passage(SealedSecret secret) {
    public static final String RECORD = "PASSAGE";

    private static final int SECRET_BYTES = 24;
    private static final SecureRandom RANDOM = new SecureRandom();

    /** The one that was noted before, or a new one, which is noted before anybody can use it. */
    public static Passage of(UndoRecords records, SecretSealer sealer, String migrationId, PlacedDatabase database) {
        String serverId = database.server().serverId();
        return records.find(migrationId, serverId, RECORD, Passage.class).orElseGet(() -> {
            byte[] secret = new byte[SECRET_BYTES];
            RANDOM.nextBytes(secret);
            Passage passage = new Passage(sealer.seal(HexFormat.of().formatHex(secret)));
            records.save(migrationId, serverId, RECORD, passage);
            return passage;
        });
    }

    /** @throws ReplicationException {@code NOT_FENCED} unless the server is fenced */
    public static void requireFenced(boolean fenced, PlacedDatabase database) {
        if (!fenced) {
            throw new ReplicationException(
                    "NOT_FENCED",
                    Failure.Kind.CONFLICT,
                    "server " + database.server().serverId()
                            + " lets clients in; expected it to be fenced while a way into it is opened");
        }
    }

    public static boolean isOpen(UndoRecords records, String migrationId, PlacedDatabase database) {
        return records.find(migrationId, database.server().serverId(), RECORD, Passage.class)
                .isPresent();
    }

    public static void forget(UndoRecords records, String migrationId, PlacedDatabase database) {
        records.remove(migrationId, database.server().serverId(), RECORD);
    }

    public Login loginTo(PlacedDatabase database) {
        return new Login(database.owner().user(), secret);
    }
}

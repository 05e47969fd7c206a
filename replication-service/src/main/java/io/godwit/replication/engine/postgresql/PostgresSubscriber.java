package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.TransportSecurity;
import io.godwit.events.Failure;
import io.godwit.replication.engine.ChangeStream;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.time.Duration;

/** The taking end of a stream: a subscription whose worker applies the changes. */
final class PostgresSubscriber {
    /** The CA's certificate as every server that Godwit makes has it in its data directory, where its workers run. */
    private static final String SERVER_CA = "godwit-ca.crt";

    private static final Duration WORKER_END = Duration.ofSeconds(5);

    private final SecretSealer sealer;

    PostgresSubscriber(SecretSealer sealer) {
        this.sealer = sealer;
    }

    /** Makes the subscription to a slot that exists; it is idle, and nothing is copied by it. */
    void subscribe(PostgresSession session, ChangeStream stream) throws SQLException {
        String origin = PostgresCatalog.majorVersion(session) >= 16 ? ", origin = none" : "";
        String name = PostgresNames.quoted(PostgresNames.stream(stream));
        // A large transaction is not begun before its turn: what it does may need a schema that is not there yet.
        PostgresSecrets.execute(
                session,
                "CREATE SUBSCRIPTION " + name + " CONNECTION "
                        + PostgresNames.literal(connectionString(stream.source()))
                        + " PUBLICATION " + name + " WITH (create_slot = false, slot_name = " + name
                        + ", copy_data = false, streaming = off, enabled = false" + origin + ")"
                        + (PostgresDeputy.applies(session)
                                ? handOver(name, stream.migrationId(), stream.target())
                                : ""));
    }

    /**
     * Lets the worker be the deputy. These versions give a subscription to superusers only, but go on with one whose owner
     * is none any more; nobody ever sees him as one, for both happens in one transaction.
     */
    private static String handOver(String subscription, String migrationId, PlacedDatabase to) {
        String deputy = PostgresNames.quoted(PostgresNames.deputy(migrationId, to.server()));
        return "; ALTER ROLE " + deputy + " SUPERUSER; ALTER SUBSCRIPTION " + subscription + " OWNER TO " + deputy
                + "; ALTER ROLE " + deputy + " NOSUPERUSER";
    }

    private String connectionString(PlacedDatabase from) {
        String security = from.server().security() == TransportSecurity.VERIFY_CA
                ? "sslmode=verify-ca sslrootcert=" + SERVER_CA
                : "sslmode=disable";
        return "host=" + value(from.server().address().host())
                + " port=" + from.server().address().port()
                + " dbname=" + value(from.databaseName())
                + " user=" + value(from.server().replication().user())
                + " password=" + value(sealer.open(from.server().replication().password()))
                + " connect_timeout=5 keepalives_idle=10 keepalives_interval=5 keepalives_count=3 " + security;
    }

    /** A value of a libpq connection string. */
    private static String value(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    static State state(PostgresSession session, String stream) throws SQLException {
        return session.first(
                        "SELECT subenabled FROM pg_subscription WHERE subname = ?"
                                + " AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
                        row -> row.getBoolean(1) ? State.ENABLED : State.DISABLED,
                        stream)
                .orElse(State.MISSING);
    }

    static boolean exists(PostgresSession session, String stream) throws SQLException {
        return state(session, stream) != State.MISSING;
    }

    /** Whether the subscription is there and takes the changes of every table. */
    static boolean isComplete(PostgresSession session, String stream) throws SQLException {
        return session.isTrue(
                "SELECT EXISTS (SELECT FROM pg_subscription s WHERE subname = ?"
                        + " AND subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())"
                        + " AND NOT EXISTS (" + PostgresCatalog.COPIED_TABLES
                        + " AND NOT EXISTS (SELECT FROM pg_subscription_rel r"
                        + " WHERE r.srsubid = s.oid AND r.srrelid = c.oid)))",
                stream);
    }

    static boolean isEnabled(PostgresSession session, String stream) throws SQLException {
        return state(session, stream) == State.ENABLED;
    }

    static void enable(PostgresSession session, String stream) throws SQLException {
        session.execute("ALTER SUBSCRIPTION " + PostgresNames.quoted(stream) + " ENABLE");
    }

    /** Stops the flow, if there is any: when this returns, no worker applies anything any more. */
    static void disable(PostgresSession session, String stream) throws SQLException, InterruptedException {
        if (!exists(session, stream)) {
            return;
        }
        // An idle worker would notice only after a second, hence it is ended; after COMMIT, or it would come again.
        session.execute("BEGIN; ALTER SUBSCRIPTION " + PostgresNames.quoted(stream) + " DISABLE; COMMIT;"
                + " SELECT count(pg_terminate_backend(pid)) FROM pg_stat_subscription WHERE subname = "
                + PostgresNames.literal(stream) + " AND pid IS NOT NULL");
        long deadline = System.nanoTime() + WORKER_END.toNanos();
        while (session.one(
                        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_subscription"
                                + " WHERE subname = ? AND pid IS NOT NULL",
                        row -> row.getLong(1),
                        stream)
                > 0) {
            if (System.nanoTime() > deadline) {
                throw new ReplicationException(
                        "APPLY_WORKER_STUCK",
                        Failure.Kind.TRANSIENT,
                        "the worker of subscription " + stream + " has not ended within " + WORKER_END);
            }
            Thread.sleep(1);
        }
    }

    /** Whether the subscription has ever applied a transaction. */
    static boolean hasApplied(PostgresSession session, String stream) throws SQLException {
        return session.isTrue(
                "SELECT EXISTS (SELECT FROM pg_subscription s, pg_replication_origin_status o"
                        + " WHERE s.subname = ? AND o.external_id = 'pg_' || s.oid AND o.remote_lsn <> '0/0'"
                        + " AND s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()))",
                stream);
    }

    /** Removes the subscription and its origin, not the slot it reads. */
    static void remove(PostgresSession session, String stream) throws SQLException, InterruptedException {
        if (!exists(session, stream)) {
            return;
        }
        disable(session, stream);
        String name = PostgresNames.quoted(stream);
        session.execute("BEGIN; ALTER SUBSCRIPTION " + name + " SET (slot_name = NONE); DROP SUBSCRIPTION " + name
                + "; COMMIT");
    }

    /** Whether a subscription is there and takes changes. */
    enum State {
        MISSING,
        DISABLED,
        ENABLED
    }
}

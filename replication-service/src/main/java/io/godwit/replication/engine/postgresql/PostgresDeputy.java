package io.godwit.replication.engine.postgresql;

import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.ServerAccess;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The role that stands for the tenant during a move, on each of the two servers. Constraints, indexes, casts and types call
 * functions that the tenant wrote, with the rights of whoever reads or writes rows; so Godwit does that as this role, and
 * as an administrator it looks only at the catalog. It logs in by itself: what {@code SET ROLE} gives up, the tenant's code
 * could take back.
 */
final class PostgresDeputy {
    private static final int FIRST_VERSION_THAT_APPLIES_AS_OWNER = 16;
    private static final String DIGEST = "HmacSHA256";

    private final PostgresSessions sessions;
    private final SecretSealer sealer;

    PostgresDeputy(PostgresSessions sessions, SecretSealer sealer) {
        this.sessions = sessions;
        this.sealer = sealer;
    }

    /**
     * Makes the role, or gives it the rights that it lacks. Godwit's schema must be complete.
     *
     * @param mentioned the roles that own something in the database or have rights in it, on either server
     */
    void appoint(PostgresSession admin, String migrationId, PlacedDatabase database, List<String> mentioned)
            throws SQLException {
        String name = PostgresNames.deputy(migrationId, database.server());
        String role = PostgresNames.quoted(name);
        StringBuilder sql = new StringBuilder();
        if (!exists(admin, name)) {
            sql.append("CREATE ROLE ").append(role).append("; ");
        }
        // Without BYPASSRLS, rows that a policy hides from their owner would not be seen.
        sql.append("ALTER ROLE ")
                .append(role)
                .append(" LOGIN INHERIT BYPASSRLS NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION PASSWORD ")
                .append(PostgresNames.literal(
                        sealer.open(login(migrationId, database.server()).password())))
                .append("; GRANT CONNECT ON DATABASE ")
                .append(PostgresNames.quoted(database.databaseName()))
                .append(" TO ")
                .append(role);
        List<String> all = new ArrayList<>(mentioned);
        all.add(database.owner().user());
        List<String> represented = PostgresRepresentedRoles.among(admin, all);
        if (!represented.isEmpty()) {
            sql.append("; GRANT ")
                    .append(represented.stream().map(PostgresNames::quoted).collect(Collectors.joining(", ")))
                    .append(" TO ")
                    .append(role);
        }
        sql.append("; GRANT USAGE ON SCHEMA " + PostgresNames.SCHEMA + " TO ")
                .append(role)
                .append("; GRANT SELECT, INSERT, UPDATE, DELETE ON " + PostgresMarker.TABLE + " TO ")
                .append(role);
        if (applies(admin)) {
            sql.append("; GRANT SELECT, INSERT ON " + PostgresDdlCapture.TABLE + " TO ")
                    .append(role);
        }
        PostgresSecrets.execute(admin, sql.toString());
    }

    /** Whether a stream's worker has to be this role, because it does not take the rights of each table's owner itself. */
    static boolean applies(PostgresSession session) throws SQLException {
        return PostgresCatalog.majorVersion(session) < FIRST_VERSION_THAT_APPLIES_AS_OWNER;
    }

    /** Opens a session, that the caller closes, for whatever may run the tenant's code. */
    PostgresSession open(String migrationId, PlacedDatabase database) throws SQLException {
        PostgresSession session = sessions.openAs(login(migrationId, database.server()), database);
        try {
            PostgresBackends.claim(session, migrationId);
            return session;
        } catch (SQLException e) {
            session.close();
            throw e;
        }
    }

    /** The password follows from the administrator's, so that it need not be kept. */
    Login login(String migrationId, ServerAccess server) {
        String name = PostgresNames.deputy(migrationId, server);
        byte[] key = sealer.open(server.admin().password()).getBytes(StandardCharsets.UTF_8);
        try {
            Mac mac = Mac.getInstance(DIGEST);
            mac.init(new SecretKeySpec(key, DIGEST));
            byte[] secret = mac.doFinal(name.getBytes(StandardCharsets.UTF_8));
            return new Login(name, sealer.seal(HexFormat.of().formatHex(secret)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java runtime has " + DIGEST, e);
        }
    }

    /** Removes the role; what it has made and not handed on becomes the database owner's. No stream may be its own. */
    static void dismiss(PostgresSession admin, String migrationId, PlacedDatabase database) throws SQLException {
        String name = PostgresNames.deputy(migrationId, database.server());
        if (exists(admin, name)) {
            String role = PostgresNames.quoted(name);
            admin.execute("BEGIN; REASSIGN OWNED BY " + role + " TO "
                    + PostgresNames.quoted(database.owner().user()) + "; DROP OWNED BY " + role + "; DROP ROLE " + role
                    + "; COMMIT");
        }
    }

    private static boolean exists(PostgresSession admin, String name) throws SQLException {
        return admin.isTrue("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = ?)", name);
    }
}

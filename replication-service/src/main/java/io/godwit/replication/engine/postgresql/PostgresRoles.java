package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.postgresql.PostgresMoveNames;
import io.godwit.replication.engine.UndoRecords;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes the roles on the target that the schema mentions. They can't log in there: clients come through the proxy. */
final class PostgresRoles {
    private static final String RECORD = "ROLES";

    /** Roles of the tenant's database that own something in it, have rights on something or are named in a policy. */
    static final String MENTIONED = """
            SELECT DISTINCT r.rolname FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
            WHERE d.refclassid = 'pg_authid'::regclass AND r.rolname !~ '^pg_' AND r.rolname !~ '{deputies}'
              AND (d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
                   OR (d.classid = 'pg_database'::regclass
                       AND d.objid = (SELECT oid FROM pg_database WHERE datname = current_database())))
            ORDER BY 1""".replace("{deputies}", PostgresMoveNames.DEPUTIES);

    private static final String MEMBERSHIPS = """
            SELECT quote_ident(g.rolname) AS role, quote_ident(m.rolname) AS member, a.admin_option
            FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
            WHERE g.rolname = ANY (?) AND m.rolname = ANY (?)""";

    private final UndoRecords records;

    PostgresRoles(UndoRecords records) {
        this.records = records;
    }

    void carry(
            PostgresSession source, PostgresSession target, String migrationId, PlacedDatabase from, PlacedDatabase to)
            throws SQLException {
        List<String> godwit = List.of(
                from.server().admin().user(), from.server().replication().user(),
                to.server().admin().user(), to.server().replication().user());
        List<String> mentioned = new ArrayList<>(source.list(MENTIONED, row -> row.getString(1)));
        mentioned.removeAll(godwit);
        String[] names = mentioned.toArray(String[]::new);
        Set<String> existing = Set.copyOf(target.list(
                "SELECT rolname FROM pg_roles WHERE rolname = ANY (?)", row -> row.getString(1), (Object) names));
        List<String> missing =
                mentioned.stream().filter(name -> !existing.contains(name)).toList();
        if (!missing.isEmpty()) {
            remember(migrationId, to, missing);
            for (String role : missing) {
                target.execute("CREATE ROLE " + PostgresNames.quoted(role) + " NOLOGIN");
            }
        }
        for (String grant : source.list(
                MEMBERSHIPS,
                row -> "GRANT " + row.getString("role") + " TO " + row.getString("member")
                        + (row.getBoolean("admin_option") ? " WITH ADMIN OPTION" : ""),
                names,
                names)) {
            target.execute(grant);
        }
    }

    private void remember(String migrationId, PlacedDatabase to, List<String> missing) {
        String serverId = to.server().serverId();
        Set<String> all = new LinkedHashSet<>(records.find(migrationId, serverId, RECORD, Created.class)
                .map(Created::roles)
                .orElse(List.of()));
        all.addAll(missing);
        records.save(migrationId, serverId, RECORD, new Created(List.copyOf(all)));
    }

    /** Lets the roles stay: the database has its home with them. */
    void keep(String migrationId, PlacedDatabase database) {
        records.remove(migrationId, database.server().serverId(), RECORD);
    }

    /** Removes the roles that the move had made on a server that does not become the home; no data goes with them. */
    void discard(PostgresSession session, String migrationId, PlacedDatabase database) throws SQLException {
        String serverId = database.server().serverId();
        Optional<Created> created = records.find(migrationId, serverId, RECORD, Created.class);
        if (created.isEmpty()) {
            return;
        }
        String owner = PostgresNames.quoted(database.owner().user());
        for (String role : created.get().roles()) {
            if (session.isTrue("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = ?)", role)) {
                String name = PostgresNames.quoted(role);
                // After the first statement the role owns nothing, so the second takes rights only.
                session.execute("BEGIN; REASSIGN OWNED BY " + name + " TO " + owner + "; DROP OWNED BY " + name
                        + "; DROP ROLE " + name + "; COMMIT");
            }
        }
        records.remove(migrationId, serverId, RECORD);
    }

    record Created(List<String> roles) {}
}

package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Makes sure that a copy begins in an empty database, and never empties one that a copy has not filled. */
final class PostgresTargetContent {
    private static final String OBJECTS = "SELECT c.oid::regclass::text FROM pg_class c"
            + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE " + PostgresCatalog.TENANT_SCHEMAS
            + " AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND NOT EXISTS (SELECT FROM pg_depend d"
            + "   WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')"
            + " ORDER BY 1 LIMIT 1";

    private PostgresTargetContent() {}

    /**
     * Removes what an earlier attempt of the same move left in the target.
     *
     * @param mayRemove whether an earlier attempt is known to have begun, and the target can't be the database's home
     * @throws ReplicationException {@code TARGET_NOT_EMPTY} if there is anything of another origin
     */
    static void makeEmpty(PostgresSession target, boolean mayRemove) throws SQLException {
        if (mayRemove) {
            dropEverything(target);
        }
        Optional<String> object = target.first(OBJECTS, row -> row.getString(1));
        if (object.isPresent()) {
            throw new ReplicationException(
                    "TARGET_NOT_EMPTY",
                    Failure.Kind.CONFLICT,
                    "the target database already has " + object.get() + "; expected an empty database");
        }
    }

    private static void dropEverything(PostgresSession target) throws SQLException {
        List<String> schemas = target.list(
                "SELECT quote_ident(n.nspname) FROM pg_namespace n WHERE n.nspname <> 'public' AND "
                        + PostgresCatalog.TENANT_SCHEMAS,
                row -> row.getString(1));
        for (String schema : schemas) {
            target.execute("DROP SCHEMA " + schema + " CASCADE");
        }
        String publicOwner = target.first(
                        "SELECT quote_ident(pg_get_userbyid(nspowner)) FROM pg_namespace WHERE nspname = 'public'",
                        row -> row.getString(1))
                .orElse("CURRENT_USER");
        target.execute(
                "BEGIN; DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public AUTHORIZATION " + publicOwner
                        + "; GRANT USAGE ON SCHEMA public TO PUBLIC; COMMENT ON SCHEMA public IS 'standard public schema'; COMMIT");
    }
}

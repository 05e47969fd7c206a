package io.godwit.replication.engine.postgresql;

import io.godwit.engines.postgresql.PostgresRestoreList;
import java.sql.SQLException;
import java.util.Set;

/** Objects whose making runs nothing, and that the tenant could not have made or does not own. */
final class PostgresBeyondTenant {
    private static final String QUERY = """
            WITH represented AS (SELECT r.oid FROM pg_roles r WHERE r.rolname = ANY (?)),
            owned AS (
                SELECT 'pg_class'::regclass AS classid, oid, relowner AS owner FROM pg_class WHERE relkind IN ('v', 'S', 'c', 'f')
                UNION ALL SELECT 'pg_proc'::regclass, oid, proowner FROM pg_proc WHERE prokind <> 'a'
                UNION ALL SELECT 'pg_type'::regclass, oid, typowner FROM pg_type
                UNION ALL SELECT 'pg_operator'::regclass, oid, oprowner FROM pg_operator
                UNION ALL SELECT 'pg_collation'::regclass, oid, collowner FROM pg_collation
                UNION ALL SELECT 'pg_ts_config'::regclass, oid, cfgowner FROM pg_ts_config
                UNION ALL SELECT 'pg_ts_dict'::regclass, oid, dictowner FROM pg_ts_dict)
            SELECT classid::oid || ' ' || oid FROM owned
            WHERE oid >= 16384 AND owner NOT IN (SELECT oid FROM represented)
            UNION ALL
            """ + PostgresRestoreList.MADE_BY_SUPERUSERS;

    private PostgresBeyondTenant() {}

    /** Their ids, as an archive's list has them, by the session's catalog. */
    static Set<String> of(PostgresSession source) throws SQLException {
        Object represented = PostgresRepresentedRoles.all(source).toArray(String[]::new);
        return Set.copyOf(source.list(QUERY, row -> row.getString(1), represented));
    }
}

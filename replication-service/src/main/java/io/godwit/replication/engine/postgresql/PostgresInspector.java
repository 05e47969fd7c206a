package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.events.Finding;
import io.godwit.replication.engine.Inspection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Preflight: looks for everything that logical replication can't do or that a person should know before. */
final class PostgresInspector {
    private static final String METHOD = "logical";
    private static final String MAINTENANCE_DATABASE = "postgres";

    private static final String SIZE = "SELECT pg_database_size(current_database()) AS bytes, count(*) AS tables,"
            + " coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint AS rows FROM pg_class c"
            + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND "
            + PostgresCatalog.TENANT_SCHEMAS;

    private final PostgresSessions sessions;

    PostgresInspector(PostgresSessions sessions) {
        this.sessions = sessions;
    }

    Inspection inspect(PlacedDatabase source, @Nullable ServerAccess target) throws SQLException {
        try (PostgresSession there = sessions.open(source)) {
            List<Finding> findings = new ArrayList<>(PostgresServerChecks.source(there));
            findings.addAll(PostgresObjectChecks.check(there, source));
            if (target != null) {
                try (PostgresSession here = sessions.open(target, MAINTENANCE_DATABASE)) {
                    findings.addAll(PostgresServerChecks.target(here));
                    findings.addAll(PostgresPairChecks.check(there, here, source));
                }
            }
            findings.sort(Comparator.comparing(Finding::severity).reversed().thenComparing(Finding::code));
            return there.one(
                    SIZE,
                    row -> new Inspection(
                            METHOD, findings, row.getLong("bytes"), row.getLong("rows"), row.getInt("tables")));
        }
    }
}

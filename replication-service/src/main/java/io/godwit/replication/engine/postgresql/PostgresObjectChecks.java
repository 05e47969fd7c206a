package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.postgresql.PostgresMoveNames;
import io.godwit.events.Finding;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What preflight looks for among the tenant's objects. Each check is a query for the objects it is about. */
final class PostgresObjectChecks {
    private static final String RELATIONS = "SELECT c.oid::regclass::text FROM pg_class c"
            + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE " + PostgresCatalog.TENANT_SCHEMAS + " AND ";
    private static final String NO_KEY =
            "c.relkind = 'r' AND c.relpersistence = 'p' AND " + PostgresCatalog.KEY_INDEX + " IS NULL";

    private static final List<Check> CHECKS = List.of(
            new Check(
                    Finding.Severity.BLOCKER,
                    "UNLOGGED_TABLE",
                    RELATIONS + "c.relkind IN ('r', 'p') AND c.relpersistence = 'u'",
                    "changes of unlogged tables are not part of the change stream",
                    "ALTER TABLE … SET LOGGED, or drop the table for the time of the move"),
            new Check(
                    Finding.Severity.WARNING,
                    "TABLE_WITHOUT_PRIMARY_KEY",
                    RELATIONS + NO_KEY,
                    "the table has no key; for the time of the move whole rows are logged (REPLICA IDENTITY FULL), and"
                            + " updates and deletes of many rows are slow to follow",
                    "add a primary key"),
            new Check(
                    Finding.Severity.WARNING,
                    "DEFERRABLE_KEY",
                    RELATIONS + "c.relkind IN ('r', 'p') AND EXISTS (SELECT FROM pg_index i"
                            + " WHERE i.indrelid = c.oid AND i.indisprimary AND NOT i.indimmediate)",
                    "the primary key is deferrable and can't identify rows in the change stream",
                    "make the primary key NOT DEFERRABLE"),
            new Check(
                    Finding.Severity.INFO,
                    "MATERIALIZED_VIEW",
                    RELATIONS + "c.relkind = 'm'",
                    "the materialized view is refreshed on the target from the rows there, so it may be newer than here",
                    "refresh it after the move if it must be newer still"),
            new Check(
                    Finding.Severity.WARNING,
                    "FOREIGN_TABLE",
                    RELATIONS + "c.relkind = 'f'",
                    "the foreign table's definition is carried, with the server it points to; its rows stay where they are",
                    "make sure that the target server reaches the foreign server"),
            new Check(
                    Finding.Severity.BLOCKER,
                    "SUBSCRIPTION",
                    "SELECT subname FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database"
                            + " WHERE datname = current_database()) AND NOT starts_with(subname, '"
                            + PostgresMoveNames.PREFIX + "')",
                    "the database takes changes from elsewhere through a subscription, which does not move",
                    "drop the subscription before the move and make it again after"),
            new Check(
                    Finding.Severity.INFO,
                    "PUBLICATION",
                    "SELECT pubname FROM pg_publication WHERE NOT starts_with(pubname, '" + PostgresMoveNames.PREFIX
                            + "')",
                    "the publication and the slots of its subscribers are not carried",
                    "make it again after the move and let its subscribers start over"),
            new Check(
                    Finding.Severity.BLOCKER,
                    "EVENT_TRIGGER",
                    "SELECT evtname FROM pg_event_trigger WHERE evtenabled <> 'D' AND NOT starts_with(evtname, '"
                            + PostgresMoveNames.PREFIX + "')",
                    "an event trigger would run when the schema is made on the target",
                    "ALTER EVENT TRIGGER … DISABLE for the time of the move"),
            new Check(
                    Finding.Severity.BLOCKER,
                    "TRIGGER_ON_REPLICA",
                    "SELECT quote_ident(t.tgname) || ' on ' || c.oid::regclass FROM pg_trigger t"
                            + " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                            + " WHERE NOT t.tgisinternal AND t.tgenabled IN ('A', 'R') AND "
                            + PostgresCatalog.TENANT_SCHEMAS,
                    "the trigger fires for changes that the stream brings, too, so on the target its work would be done"
                            + " once more",
                    "ALTER TABLE … ENABLE TRIGGER … for the time of the move, so that it fires only where clients write"),
            new Check(
                    Finding.Severity.INFO,
                    "SCHEMA_CHANGES",
                    "SELECT current_database()",
                    "changes of the schema during the move are carried, except those made inside functions or in one"
                            + " string with other statements, CREATE TABLE AS and SELECT INTO, unlogged tables, new"
                            + " columns whose value is computed anew for each row or moment (serial, identity,"
                            + " now()) in tables with rows, renamed schemas, and database settings",
                    "wait with these until the move has ended; each of them makes the copy begin again"),
            new Check(
                    Finding.Severity.BLOCKER,
                    "PREPARED_TRANSACTION",
                    "SELECT gid FROM pg_prepared_xacts WHERE database = current_database()",
                    "a prepared transaction keeps the copy from beginning and could be committed past the fence",
                    "COMMIT PREPARED or ROLLBACK PREPARED it"),
            new Check(
                    Finding.Severity.BLOCKER,
                    "SCHEMA_NAME_RESERVED",
                    "SELECT nspname FROM pg_namespace WHERE nspname = '" + PostgresNames.SCHEMA + "'"
                            + " AND obj_description(oid, 'pg_namespace') IS NULL",
                    "a schema of this name is Godwit's own for the time of a move",
                    "rename the schema"),
            new Check(
                    Finding.Severity.WARNING,
                    "TABLESPACE",
                    RELATIONS + "c.reltablespace <> 0",
                    "the object lies in a tablespace of its own; on the target it will be in the default one",
                    "nothing, unless its place matters"),
            new Check(
                    Finding.Severity.WARNING,
                    "EXTENSION_TABLE",
                    RELATIONS
                            + "c.relkind = 'r' AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass"
                            + " AND d.objid = c.oid AND d.deptype = 'e')",
                    "the table belongs to an extension; the target has the rows that the extension brings",
                    "copy the rows that were added to it, if any"),
            new Check(
                    Finding.Severity.BLOCKER,
                    "ENCODING",
                    "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
                            + " AND pg_encoding_to_char(encoding) = 'SQL_ASCII'",
                    "the encoding of the text is unknown, so it can't be compared",
                    "convert the database to UTF8"));

    private PostgresObjectChecks() {}

    static List<Finding> check(PostgresSession session, PlacedDatabase database) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        for (Check check : CHECKS) {
            findings.addAll(session.list(
                    check.sql,
                    row -> new Finding(check.severity, check.code, row.getString(1), check.message, check.remedy)));
        }
        session.first(PostgresLargeObjects.SIZE, row -> largeObjects(row.getLong("objects"), row.getLong("bytes")))
                .flatMap(found -> found)
                .ifPresent(findings::add);
        findings.addAll(PostgresRepresentedRoles.check(session));
        List<String> godwit = List.of(
                database.server().admin().user(),
                database.server().replication().user(),
                database.owner().user());
        for (String role : session.list(PostgresRoles.MENTIONED, row -> row.getString(1))) {
            if (!godwit.contains(role)) {
                findings.add(new Finding(
                        Finding.Severity.INFO,
                        "OTHER_ROLE",
                        role,
                        "the role owns objects or has rights in the database; it is made on the target without login",
                        "nothing; clients log in through the proxy as the database's owner"));
            }
        }
        return findings;
    }

    private static Optional<Finding> largeObjects(long objects, long bytes) {
        if (objects == 0) {
            return Optional.empty();
        }
        String found = objects + " large objects, " + bytes + " bytes";
        boolean few = objects <= PostgresLargeObjects.MOST && bytes <= PostgresLargeObjects.MOST_BYTES.toBytes();
        return Optional.of(
                few
                        ? new Finding(
                                Finding.Severity.INFO,
                                "LARGE_OBJECTS",
                                found,
                                "large objects are not part of the change stream; they are compared and carried while"
                                        + " clients wait",
                                "move them into bytea columns if the pause must not depend on them")
                        : new Finding(
                                Finding.Severity.BLOCKER,
                                "LARGE_OBJECTS",
                                found,
                                "large objects are not part of the change stream, and these are more than can be carried"
                                        + " while clients wait: " + PostgresLargeObjects.MOST + " with "
                                        + PostgresLargeObjects.MOST_BYTES.toBytes() + " bytes",
                                "move them into bytea columns, or remove those that nothing refers to (vacuumlo)"));
    }

    private record Check(Finding.Severity severity, String code, String sql, String message, String remedy) {}
}

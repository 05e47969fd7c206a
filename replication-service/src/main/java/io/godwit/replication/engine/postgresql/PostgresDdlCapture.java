package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.postgresql.PostgresMoveNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a database has for the time of a move so that clients may change its schema: event triggers that note each change
 * in a table, and a trigger that repeats what the stream brings into that table. {@code ddl.sql} says how.
 */
final class PostgresDdlCapture {
    /** The notes; part of every publication. */
    static final String TABLE = PostgresNames.SCHEMA + ".ddl";

    /** What a statement's meaning depends on, besides the search path. */
    private static final List<String> SETTINGS = List.of(
            "TimeZone",
            "DateStyle",
            "IntervalStyle",
            "standard_conforming_strings",
            "backslash_quote",
            "array_nulls",
            "transform_null_equals",
            "check_function_bodies",
            "default_table_access_method",
            "default_toast_compression",
            "default_text_search_config",
            "extra_float_digits",
            "bytea_output",
            "xmlbinary",
            "xmloption");

    private static final String SCRIPT = script();
    private static final String ALL_TRIGGERS = PostgresMoveNames.PREFIX + "ddl\\_%";

    private PostgresDdlCapture() {}

    /** Begins to note; Godwit's schema must be there. */
    static void install(PostgresSession session, String migrationId, PlacedDatabase database) throws SQLException {
        session.execute("BEGIN; "
                + SCRIPT.replace(
                                "$ADMIN$",
                                PostgresNames.literal(database.server().admin().user()))
                        .replace(
                                "$DEPUTY$", PostgresNames.literal(PostgresNames.deputy(migrationId, database.server())))
                + " COMMIT");
    }

    /** Ends it; the tables go with Godwit's schema, which can then be dropped. */
    static void remove(PostgresSession session) throws SQLException {
        List<String> triggers = session.list(
                "SELECT quote_ident(evtname) FROM pg_event_trigger WHERE evtname LIKE ?",
                row -> row.getString(1),
                ALL_TRIGGERS);
        if (!triggers.isEmpty()) {
            session.execute(triggers.stream()
                    .map(trigger -> "ALTER EXTENSION plpgsql DROP EVENT TRIGGER " + trigger + "; DROP EVENT TRIGGER "
                            + trigger + "; ")
                    .collect(Collectors.joining("", "BEGIN; ", "COMMIT")));
        }
    }

    private static String script() {
        try (InputStream script = Objects.requireNonNull(PostgresDdlCapture.class.getResourceAsStream("ddl.sql"))) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("$KEY_INDEX$", PostgresCatalog.KEY_INDEX)
                    .replace("$TENANT_SCHEMAS$", PostgresCatalog.TENANT_SCHEMAS)
                    .replace("$SETTINGS$", String.join(",", SETTINGS))
                    .replace(
                            "$SETTINGS_KEPT$",
                            SETTINGS.stream()
                                    .map(name -> "SET " + name + " FROM CURRENT")
                                    .collect(Collectors.joining(" ")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

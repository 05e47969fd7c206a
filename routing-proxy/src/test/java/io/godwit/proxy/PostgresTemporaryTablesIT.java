package io.godwit.proxy;

import static io.godwit.proxy.ClientSql.execute;
import static io.godwit.proxy.ClientSql.oneLong;
import static io.godwit.proxy.ClientSql.oneText;
import static io.godwit.proxy.TwoServers.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent.DrainTimedOut;
import io.godwit.events.ProxyEvent.PinnedSession;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small temporary tables go along; whatever can't be made again exactly pins its session. */
class PostgresTemporaryTablesIT {
    private static final String CONTENT =
            "SELECT md5(string_agg(t::text, '|' ORDER BY a)) FROM \"Odd \"\" table\" AS t";

    private TwoServers servers;

    @BeforeEach
    void start() throws SQLException, InterruptedException {
        servers = new TwoServers();
    }

    @AfterEach
    void stop() throws SQLException {
        servers.close();
    }

    @Test
    void tablesAreTheSameWithTheirRowsDefaultsConstraintsAndIndexes() throws Exception {
        servers.onBoth("CREATE TYPE mood AS ENUM ('sad', 'glad')");
        try (Connection connection = servers.connect()) {
            execute(
                    connection,
                    "SET IntervalStyle = 'sql_standard'",
                    "SET DateStyle = 'ISO, DMY'",
                    """
                    CREATE TEMP TABLE "Odd "" table" (
                        a int PRIMARY KEY, b text COLLATE "C" DEFAULT 'it''s', c int REFERENCES "Odd "" table",
                        m mood DEFAULT 'glad', f float8, at timestamptz, gone int, spans interval, bytes bytea,
                        texts text[] NOT NULL DEFAULT '{}', CONSTRAINT positive CHECK (a > 0), UNIQUE (b, a))""",
                    "ALTER TABLE \"Odd \"\" table\" DROP COLUMN gone",
                    "CREATE INDEX \"by B\" ON \"Odd \"\" table\" (lower(b)) WHERE c IS NULL",
                    "INSERT INTO \"Odd \"\" table\" (a, f, at, spans, bytes, texts) SELECT n, n / 3.0, "
                            + "'2026-03-29 01:59:59.123456+00'::timestamptz + n * interval '1 h', "
                            + "n * interval '-1 day 2 h', "
                            + "decode(md5(n::text), 'hex'), ARRAY['a\\b', NULL, E'tab\\there', 'ü'] "
                            + "FROM generate_series(1, 500) AS n",
                    "UPDATE \"Odd \"\" table\" SET c = a - 1, b = NULL WHERE a % 7 = 0",
                    "CREATE TEMP TABLE kept (n int)",
                    "CREATE TEMP TABLE emptied (n int) ON COMMIT DELETE ROWS",
                    "CREATE TEMP TABLE nothing ()",
                    "PREPARE reads AS SELECT count(*) FROM \"Odd \"\" table\" WHERE b = 'it''s'",
                    "SET default_transaction_read_only = on");
            String before = oneText(connection, CONTENT);
            String reads = oneText(connection, "EXECUTE reads");
            String shape = shape(connection);
            // What COPY writes must not depend on it.
            execute(connection, "SET extra_float_digits = 0");
            servers.move(1, 2, servers.target());
            assertThat(oneText(connection, "SHOW IntervalStyle")).isEqualTo("sql_standard");
            assertThat(oneText(connection, "SHOW extra_float_digits")).isEqualTo("0");
            execute(connection, "SET extra_float_digits = 3");
            assertThat(oneText(connection, CONTENT)).isEqualTo(before);
            assertThat(oneText(connection, "EXECUTE reads")).isEqualTo(reads);
            assertThat(shape(connection)).isEqualTo(shape);
            execute(connection, "SET default_transaction_read_only = off");
            assertThatThrownBy(() -> execute(connection, "INSERT INTO \"Odd \"\" table\" (a) VALUES (-1)"))
                    .hasMessageContaining("positive");
            assertThatThrownBy(() -> execute(connection, "INSERT INTO \"Odd \"\" table\" (a, c) VALUES (501, 999)"))
                    .hasMessageContaining("foreign key");
            execute(connection, "INSERT INTO \"Odd \"\" table\" (a) VALUES (501)");
            assertThat(oneText(connection, "SELECT b || m || texts::text FROM \"Odd \"\" table\" WHERE a = 501"))
                    .isEqualTo("it'sglad{}");
            execute(connection, "INSERT INTO kept VALUES (1)", "INSERT INTO emptied VALUES (1)");
            assertThat(oneLong(connection, "SELECT count(*) FROM kept")).isEqualTo(1);
            assertThat(oneLong(connection, "SELECT count(*) FROM emptied")).isZero();
            assertThat(oneLong(connection, "SELECT count(*) FROM nothing")).isZero();
            servers.move(2, 3, servers.source());
            assertThat(oneLong(connection, "SELECT count(*) FROM \"Odd \"\" table\""))
                    .isEqualTo(501);
        }
    }

    @Test
    void sequencesIdentitiesAndGeneratedColumnsGoOnWhereTheyWere() throws Exception {
        try (Connection connection = servers.connect()) {
            execute(
                    connection,
                    "CREATE TEMP TABLE s (a serial, b smallserial, n int)",
                    "CREATE TEMP TABLE i (\"A 1\" bigint GENERATED ALWAYS AS IDENTITY (START WITH 7 INCREMENT BY 3),"
                            + " d int GENERATED BY DEFAULT AS IDENTITY, n int, twice int GENERATED ALWAYS AS (n * 2) STORED)",
                    "CREATE TEMP SEQUENCE \"alone's\" AS smallint MINVALUE -3 MAXVALUE 3 CYCLE",
                    "CREATE TEMP SEQUENCE untouched START WITH 5",
                    "CREATE TEMP SEQUENCE put_back",
                    "SELECT setval('put_back', 9, false)",
                    "INSERT INTO s (n) SELECT n FROM generate_series(1, 5) n",
                    "INSERT INTO i (n) SELECT n FROM generate_series(1, 2) n",
                    "SELECT nextval('\"alone''s\"') FROM generate_series(1, 7)");
            servers.arm();
            execute(connection, "INSERT INTO s (n) VALUES (6)");
            servers.move(1, 2, servers.target());
            execute(connection, "INSERT INTO s (n) VALUES (7)", "INSERT INTO i (n) VALUES (3)");
            assertThat(oneText(connection, "SELECT string_agg(a || ':' || b || ':' || n, ' ' ORDER BY a) FROM s"))
                    .isEqualTo("1:1:1 2:2:2 3:3:3 4:4:4 5:5:5 6:6:6 7:7:7");
            assertThat(oneText(
                            connection,
                            "SELECT string_agg(\"A 1\" || ':' || d || ':' || twice, ' ' ORDER BY d) FROM i"))
                    .isEqualTo("7:1:2 10:2:4 13:3:6");
            assertThat(oneLong(connection, "SELECT nextval('\"alone''s\"')")).isEqualTo(-3);
            assertThat(oneLong(connection, "SELECT nextval('untouched')")).isEqualTo(5);
            assertThat(oneLong(connection, "SELECT nextval('put_back')")).isEqualTo(9);
            assertThatThrownBy(() -> execute(connection, "INSERT INTO i (\"A 1\") VALUES (1)"))
                    .hasMessageContaining("GENERATED ALWAYS");
            execute(connection, "DROP TABLE s");
            assertThat(oneLong(connection, "SELECT count(*) FROM pg_class WHERE relname = 's_a_seq'"))
                    .as("the sequence belongs to its column")
                    .isZero();
        }
    }

    @Test
    void whatChangesBetweenArmingAndTheSwitchIsSeen() throws Exception {
        try (Connection same = servers.connect();
                Connection written = servers.connect();
                Connection gone = servers.connect();
                Connection made = servers.connect()) {
            for (Connection connection : List.of(same, written, gone)) {
                execute(connection, "CREATE TEMP TABLE t (a int)", "INSERT INTO t VALUES (1)");
            }
            execute(same, "SET work_mem = '7MB'");
            servers.arm();
            execute(same, "PREPARE later AS SELECT sum(a) FROM t");
            execute(written, "UPDATE t SET a = 2");
            execute(gone, "DROP TABLE t");
            execute(made, "CREATE TEMP TABLE t (a int)", "INSERT INTO t VALUES (3)");
            servers.move(1, 2, servers.target());
            assertThat(oneText(same, "EXECUTE later")).isEqualTo("1");
            assertThat(oneText(same, "SHOW work_mem")).isEqualTo("7MB");
            assertThat(oneText(written, "SELECT string_agg(a::text, ' ') FROM t"))
                    .isEqualTo("2");
            assertThatThrownBy(() -> execute(gone, "SELECT * FROM t")).hasMessageContaining("does not exist");
            assertThat(oneText(made, "SELECT string_agg(a::text, ' ') FROM t")).isEqualTo("3");
        }
    }

    private static String shape(Connection connection) throws SQLException {
        return oneText(connection, """
                SELECT string_agg(shape, E'\\n' ORDER BY shape) FROM (
                    SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
                           || a.attnotnull || a.attcollation::regcollation
                           || coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS shape
                      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
                      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                     WHERE c.relnamespace = pg_my_temp_schema() AND c.relkind = 'r' AND a.attnum > 0
                       AND NOT a.attisdropped
                    UNION ALL
                    SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint
                     WHERE connamespace = pg_my_temp_schema()
                    UNION ALL
                    SELECT pg_get_indexdef(oid) FROM pg_class
                     WHERE relnamespace = pg_my_temp_schema() AND relkind = 'i') AS shapes""");
    }

    @ParameterizedTest
    @CsvSource(delimiterString = "=>", textBlock = """
                    CREATE TEMP VIEW v AS SELECT 1 => object other than a table
                    CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql RETURN 1 => object other than a table
                    CREATE TEMP TABLE t (a int) WITH (fillfactor = 50) => more than columns
                    CREATE TEMP TABLE t (a int) PARTITION BY LIST (a) => object other than a table
                    CREATE TEMP TABLE t AS SELECT g FROM generate_series(1, 10001) g => 10000 rows
                    CREATE TEMP TABLE t AS SELECT repeat(md5(g::text), 1000) FROM generate_series(1, 40) g => 1 MiB
                    CREATE TEMP TABLE t AS SELECT repeat('x', 1100000) => 1 MiB
                    DO $$ BEGIN CREATE TEMP TABLE t (a int) ON COMMIT DELETE ROWS; EXECUTE 'CREATE TEMP TABLE ' || 'u (a int)'; END $$ => may be one ON COMMIT
                    """)
    void whatCannotBeMadeAgainExactlyPinsTheSession(String sql, String reason) throws Exception {
        try (Connection connection = servers.connect()) {
            execute(connection, sql);
            servers.proxy().hold(ORDERS, 1, 1, Duration.ofSeconds(3), OnDrainTimeout.ABORT);
            assertThat(servers.proxy().await(DrainTimedOut.class).pinned())
                    .extracting(PinnedSession::reason)
                    .singleElement()
                    .asString()
                    .contains(reason);
            // The session is where it was, with what it had.
            assertThat(oneLong(connection, "SELECT inet_server_port()"))
                    .isEqualTo(servers.source().server().address().port());
            execute(connection, "DISCARD TEMP");
        }
    }
}

package io.godwit.proxy.protocol.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class PostgresStatementWatchTest {
    private final PostgresStatementWatch watch = new PostgresStatementWatch();

    @Test
    void customParametersAreFoundHoweverTheyAreSet() {
        query("SET app.tenant_id = 'x'");
        query("begin; set session App.User TO 1; commit");
        query("SELECT pg_catalog.set_config( 'app.region', $1, false)");
        assertThat(watch.customSettings()).containsExactlyInAnyOrder("app.tenant_id", "App.User", "app.region");
        assertThat(watch.wantsParameters()).isFalse();
        assertThat(watch.dirty()).isTrue();
    }

    @Test
    void namesThatComeAsParametersAreFoundInTheParameters() {
        query("SELECT set_config($1, $2, false)");
        assertThat(watch.wantsParameters()).isTrue();
        watch.onBind(bytes("\0\0\0\1\0\0\0\0\0\15app.tenant_id\0"));
        assertThat(watch.customSettings()).contains("app.tenant_id");
    }

    @Test
    void ordinaryStatementsLeaveASessionClean() {
        query("SELECT abalance FROM pgbench_accounts WHERE aid = 5");
        query("UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = 5");
        query("INSERT INTO t VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 2");
        watch.onParse(bytes("\0SELECT 1\0\0\0"));
        assertThat(watch.dirty()).isFalse();
        assertThat(watch.customSettings()).isEmpty();
    }

    @Test
    void whateverLeavesStateBehindMakesASessionDirty() {
        for (String sql : new String[] {
            "set search_path to x",
            "PREPARE s AS SELECT 1",
            "listen c",
            "CREATE TEMP TABLE t(a int)",
            "select pg_advisory_lock(1)",
            "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
            "UPDATE t SET a = 1; SET x.y = 2",
            "insert into t select set_config('a.b', 'c', false)"
        }) {
            PostgresStatementWatch other = new PostgresStatementWatch();
            other.onQuery(bytes(sql + "\0"));
            assertThat(other.dirty()).as(sql).isTrue();
        }
    }

    @Test
    void aNamedStatementMakesASessionDirty() {
        watch.onParse(bytes("S_1\0SELECT 1\0\0\0"));
        assertThat(watch.dirty()).isTrue();
    }

    @Test
    void aSessionHasChangedOnceItsStateIsMadeOrUndone() {
        for (String sql : new String[] {
            "SET work_mem = '1MB'",
            "RESET work_mem",
            "DEALLOCATE s",
            "DISCARD ALL",
            "UNLISTEN *",
            "INSERT INTO t SELECT pg_advisory_lock(1)",
            "SELECT '" + "x".repeat(PostgresStatementWatch.LOOKED_AT) + "'"
        }) {
            query("SELECT 1");
            query("UPDATE t SET a = 1");
            assertThat(watch.changed()).as("before " + sql).isFalse();
            query(sql);
            assertThat(watch.changed()).as(sql).isTrue();
            watch.onStateRead();
        }
        watch.onParse(bytes("S_1\0SELECT 1\0\0\0"));
        assertThat(watch.changed()).isTrue();
    }

    private void query(String sql) {
        watch.onQuery(bytes(sql + "\0"));
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }
}

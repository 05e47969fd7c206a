package io.godwit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationsTest {
    private static final String START = "POST /api/v1/tenants/acme/databases/orders/migrations";
    private static final String SHOW = "GET /api/v1/migrations/mig_1";
    private static final String EVENTS = "GET /api/v1/migrations/mig_1/events";
    private static final String ROLLBACK = "POST /api/v1/migrations/mig_1/rollback";
    private static final String SYNCING =
            "{\"id\":\"mig_1\",\"status\":\"migrating_sync\",\"phase\":\"INITIAL_SYNC\",\"percent\":42.0}";
    private static final String READY =
            "{\"id\":\"mig_1\",\"status\":\"ready\",\"phase\":\"ROLLBACK_WINDOW\",\"pauseMs\":87}";

    private static final String AWAY =
            "{\"detail\":\"The orchestrator does not answer\",\"code\":\"UPSTREAM_UNAVAILABLE\"}";

    private final RecordedPlatform platform = new RecordedPlatform();

    @AfterEach
    void stopPlatform() {
        platform.close();
    }

    @Test
    void aMoveSendsWhatWasAskedFor() {
        platform.on(START, 202, "{\"id\":\"mig_1\",\"status\":\"pending\"}");

        Run run = Run.against(
                platform,
                "migrate",
                "acme/orders",
                "--to",
                "L2",
                "--region",
                "eu-1",
                "--server",
                "srv_1",
                "--max-pause",
                "250ms",
                "--drain-timeout",
                "30s",
                "--on-drain-timeout",
                "abort",
                "--rollback-window",
                "1h",
                "--fallback",
                "never");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("mig_1");
        assertThat(platform.asked().getFirst().body())
                .contains(
                        "\"to\":\"dedicated\"",
                        "\"region\":\"eu-1\"",
                        "\"server\":\"srv_1\"",
                        "\"maxPauseMs\":250",
                        "\"drainTimeoutMs\":30000",
                        "\"onDrainTimeout\":\"ABORT\"",
                        "\"rollbackWindow\":\"PT1H\"",
                        "\"fallback\":\"NEVER\"");
    }

    @Test
    void aDryRunThatWouldMoveByBackupAndRestoreTellsThePauseAndIsDone() {
        platform.on(START, 200, """
                {"method":"restore","blockers":false,"findings":[{"severity":"BLOCKER","code":"WAL_LEVEL","object":null,\
                "message":"wal_level is replica","remedy":"Set it"}],"plan":{"restore":{"expectedPauseMs":42000}}}""");

        Run run = Run.against(platform, "migrate", "acme/orders", "--to", "dedicated", "--dry-run");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("restore", "42", "none after the switch", "WAL_LEVEL");
    }

    @Test
    void aMoveByBackupAndRestoreThatFailsWasNotRefusedByPreflight() {
        platform.on(START, 202, "{\"id\":\"mig_1\",\"status\":\"pending\"}");
        platform.on("GET /api/v1/migrations/mig_1", 200, """
                {"id":"mig_1","status":"failed","phase":"DONE","findings":[{"severity":"BLOCKER","code":"WAL_LEVEL"}],\
                "fallback":{"reason":{"code":"PREFLIGHT_BLOCKED","message":"wal_level is replica"}},\
                "error":{"code":"STORE_UNREACHABLE","message":"no answer"}}""");

        assertThat(Run.against(platform, "migrate", "acme/orders", "--to", "dedicated", "--wait")
                        .exitCode())
                .isEqualTo(1);
    }

    @Test
    void anAddressBehindServerMeansThePlatform() {
        try (RecordedPlatform other = new RecordedPlatform()) {
            other.on(START, 202, "{\"id\":\"mig_1\"}");

            Run run = Run.against(
                    platform,
                    "migrate",
                    "acme/orders",
                    "--to",
                    "dedicated",
                    "--server",
                    other.url().toString(),
                    "--server",
                    "srv_1");

            assertThat(run.exitCode()).isZero();
            assertThat(other.asked().getFirst().body()).contains("\"server\":\"srv_1\"");
            assertThat(platform.asked()).isEmpty();
        }
    }

    @Test
    void aRollbackSaysWhetherItBeginsOrWasOverBefore() {
        platform.on(ROLLBACK, 202, "{\"id\":\"mig_1\",\"status\":\"migrating_sync\",\"endedAt\":null}")
                .on(ROLLBACK, 202, """
                        {"id":"mig_1","status":"rolled_back","endedAt":"2026-11-01T10:00:00Z"}""");

        assertThat(Run.against(platform, "migrations", "rollback", "mig_1").out())
                .contains("Migration mig_1 is being rolled back.");
        assertThat(Run.against(platform, "migrations", "rollback", "mig_1").out())
                .contains("Migration mig_1 had ended already", "rolled_back");
    }

    @Test
    void aDryRunWithABlockerIsRefusedByPreflight() {
        platform.on(START, 200, """
                {"method":"logical","findings":[{"severity":"BLOCKER","code":"SERVER_TOO_OLD","object":null,\
                "message":"PostgreSQL 9.6","remedy":"Upgrade"}]}""");

        Run run = Run.against(platform, "migrate", "acme/orders", "--to", "dedicated", "--dry-run");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.out()).contains("BLOCKER", "SERVER_TOO_OLD", "Upgrade");
        assertThat(platform.asked().getFirst().body()).contains("\"dryRun\":true");
    }

    @Test
    void aDryRunNamesTheSessionsThatCouldNotMoveNow() {
        platform.on(START, 200, """
                {"method":"logical","blockers":false,"findings":[],"sessions":{"total":12,"pinned":1},"pinnedSessions":[\
                {"proxyId":"proxy-a","session":"4711","reason":"transaction","forMillis":1500}]}""");

        Run run = Run.against(platform, "migrate", "acme/orders", "--to", "dedicated", "--dry-run");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains("12, 1 of them can't move now")
                .contains("PINNED  session 4711 at proxy-a for 1500 ms: transaction");
    }

    @Test
    void aDryRunWithAWarningIsDone() {
        platform.on(START, 200, "{\"findings\":[{\"severity\":\"WARNING\",\"code\":\"TABLE_WITHOUT_PRIMARY_KEY\"}]}");

        assertThat(Run.against(platform, "migrate", "acme/orders", "--to", "dedicated", "--dry-run")
                        .exitCode())
                .isZero();
    }

    @Test
    void waitingFollowsTheMigrationToItsEnd() {
        platform.on(START, 202, "{\"id\":\"mig_1\",\"status\":\"pending\"}")
                .on(SHOW, 200, SYNCING)
                .on(SHOW, 200, READY)
                .onStream(EVENTS, "id: 1\ndata: {\"sequence\":1}\n\n");

        Run run = Run.against(platform, "migrate", "acme/orders", "--to", "dedicated", "--wait");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("initial sync, 42.0 %", "ready", "87 ms");
    }

    @Test
    void waitingGoesOnOverAnOutageAndTellsOfIt() {
        platform.on(START, 202, "{\"id\":\"mig_1\"}")
                .on(SHOW, 200, SYNCING)
                .on(SHOW, 503, AWAY)
                .on(SHOW, 200, READY);

        Run run = Run.against(platform, "migrate", "acme/orders", "--to", "dedicated", "--wait");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("ready", "87 ms");
        assertThat(run.err()).containsOnlyOnce("orchestrator does not answer");
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void anOutageAtTheFirstLookIsBorneToo(int status) {
        platform.on(SHOW, status, AWAY).on(SHOW, 200, READY);

        assertThat(Run.against(platform, "migrations", "watch", "mig_1").exitCode())
                .isZero();
    }

    @Test
    void theIdIsToldBeforeTheWaitingSoThatItIsKnownWhateverHappens() {
        platform.on(START, 202, "{\"id\":\"mig_1\"}").on(SHOW, 404, "{\"code\":\"MIGRATION_NOT_FOUND\"}");

        Run people = Run.against(platform, "migrate", "acme/orders", "--to", "dedicated", "--wait");
        Run machines = Run.against(platform, "--json", "migrate", "acme/orders", "--to", "dedicated", "--wait");

        assertThat(people.exitCode()).isEqualTo(1);
        assertThat(people.out()).startsWith("Migration mig_1 of acme/orders");
        assertThat(machines.out()).startsWith("{");
        assertThat(machines.err()).startsWith("Migration mig_1 of acme/orders");
    }

    @Test
    void nothingIsWaitedForWhereSomethingElseAnswered() {
        platform.onRedirect(START, 302, "https://login.example.org/");

        Run run = Run.against(platform, "migrate", "acme/orders", "--to", "dedicated", "--wait");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("302", "https://login.example.org/");
        assertThat(platform.asked()).hasSize(1);
    }

    @Test
    void aMigrationWithoutAnIdIsNotFollowed() {
        platform.on(START, 202, "{}");

        Run run = Run.against(platform, "migrate", "acme/orders", "--to", "dedicated", "--wait");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("no migration id");
        assertThat(platform.asked()).hasSize(1);
    }

    @Test
    void waitingForAFailureIsExitCode1AndSaysWhy() {
        platform.on(START, 202, "{\"id\":\"mig_1\"}").on(SHOW, 200, """
                        {"id":"mig_1","status":"failed","phase":"INITIAL_SYNC",\
                        "error":{"code":"TARGET_UNREACHABLE","message":"Server srv_2 does not answer"}}""");

        Run run = Run.against(platform, "migrate", "acme/orders", "--to", "dedicated", "--wait");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("Server srv_2 does not answer", "TARGET_UNREACHABLE");
    }

    @Test
    void waitingForARefusalByPreflightIsExitCode3() {
        platform.on(START, 202, "{\"id\":\"mig_1\"}").on(SHOW, 200, """
                        {"id":"mig_1","status":"failed","phase":"DONE","error":{"code":"PREFLIGHT_BLOCKED","message":"no"},\
                        "findings":[{"severity":"BLOCKER","code":"UNLOGGED_TABLE","message":"public.cache"}]}""");

        assertThat(Run.against(platform, "migrate", "acme/orders", "--to", "dedicated", "--wait")
                        .exitCode())
                .isEqualTo(3);
    }

    @Test
    void watchingAsAMachinePrintsEachEventOnceOverABrokenConnection() {
        platform.on(SHOW, 200, SYNCING)
                .on(SHOW, 200, SYNCING)
                .on(SHOW, 200, SYNCING)
                .on(SHOW, 200, READY)
                .onStream(EVENTS, "id: 1\ndata: {\"sequence\":1}\n\nid: 2\ndata: {\"sequence\":2}\n\n")
                .onStream(EVENTS, "id: 3\ndata: {\"sequence\":3}\n\n");

        Run run = Run.against(platform, "migrations", "watch", "mig_1", "--json");

        assertThat(run.out().lines().distinct()).startsWith("{\"sequence\":1}", "{\"sequence\":2}", "{\"sequence\":3}");
        assertThat(platform.asked().stream()
                        .filter(asked -> asked.path().endsWith("/events"))
                        .limit(2)
                        .map(asked -> asked.header("Last-event-id")))
                .containsExactly("", "2");
    }

    @Test
    void aTimelineIsShown() {
        platform.on(SHOW, 200, """
                {"id":"mig_1","status":"ready","phase":"DONE","timeline":[\
                {"number":1,"step":"COMMIT","attempt":1,"startedAt":"2026-11-21T04:00:00Z","outcome":"DONE"}]}""");

        Run run = Run.against(platform, "migrations", "show", "mig_1");

        assertThat(run.out()).contains("COMMIT", "DONE");
    }

    @Test
    void whatTheCopyWaitsForIsShown() {
        platform.on(SHOW, 200, """
                        {"id":"mig_1","status":"migrating_sync","phase":"INITIAL_SYNC",\
                        "waitingFor":"process 4711 of role app, open for 12 s"}""");

        assertThat(Run.against(platform, "migrations", "show", "mig_1").out())
                .contains("process 4711 of role app, open for 12 s");
    }

    @Test
    void sessionsThatAreInTheWayAreNamed() {
        platform.on(SHOW, 200, """
                        {"id":"mig_1","status":"migrating","pinnedSessions":[\
                        {"proxyId":"proxy-a","session":"4711","reason":"transaction","forMillis":1500}]}""");

        Run run = Run.against(platform, "migrations", "show", "mig_1");

        assertThat(run.out()).contains("PINNED  session 4711 at proxy-a for 1500 ms: transaction");
    }
}

package io.godwit.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.Command;
import io.godwit.events.Event;
import io.godwit.events.Finding;
import io.godwit.events.ReplicationCommand.InspectDatabase;
import io.godwit.events.ReplicationEvent.DatabaseInspected;
import io.godwit.orchestrator.RunningOrchestrator.Answer;
import io.godwit.testing.Eventually;
import io.godwit.testing.KafkaBroker;
import io.godwit.testing.ServicesDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A database that replication can't move, over a real broker. */
class FallbackFlowIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static RunningOrchestrator orchestrator;
    private static ScriptedParticipants participants;

    @BeforeAll
    static void start() throws IOException {
        orchestrator = new RunningOrchestrator(ServicesDatabase.emptySchema("orchestrator_fallback"));
        participants = new ScriptedParticipants(KafkaBroker.shared().bootstrapServers());
        participants.follow(FallbackFlowIT::refusingReplication);
    }

    @AfterAll
    static void stop() {
        participants.close();
        orchestrator.close();
    }

    private static List<Event> refusingReplication(Command command) {
        Finding blocker =
                new Finding(Finding.Severity.BLOCKER, "WAL_LEVEL", null, "wal_level is replica", "set it to logical");
        return command instanceof InspectDatabase inspect
                ? List.of(new DatabaseInspected(inspect.step(), "logical", List.of(blocker), 4096, 100, 3))
                : ScriptedParticipants.wellBehaved(command);
    }

    @Test
    void itIsMovedByBackupAndRestoreUnlessSomebodyDoesNotWantThat() throws Exception {
        String id = begin("fall_back", "{\"to\":\"dedicated\"}");
        JsonNode moved = awaitPhase(id, "ROLLBACK_WINDOW");

        assertThat(moved.path("status").asString()).isEqualTo("ready");
        assertThat(moved.path("method").asString()).isEqualTo("restore");
        assertThat(moved.path("fallback").path("policy").asString()).isEqualTo("AUTOMATIC");
        assertThat(moved.path("fallback").path("reason").path("code").asString())
                .isEqualTo("PREFLIGHT_BLOCKED");
        assertThat(moved.path("fallback").path("maxPauseMs").asLong()).isEqualTo(900_000);
        assertThat(moved.path("verification").path("digest").asString()).isEqualTo("beef");
        Answer refused = orchestrator.post("/api/v1/migrations/" + id + "/rollback", "");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.body().path("code").asString()).isEqualTo("NO_WAY_BACK");
        assertThat(orchestrator
                        .post("/api/v1/migrations/" + id + "/complete", "")
                        .status())
                .isEqualTo(202);
        awaitPhase(id, "DONE");

        JsonNode failed = awaitPhase(begin("never", "{\"to\":\"dedicated\",\"fallback\":\"never\"}"), "DONE");
        assertThat(failed.path("error").path("code").asString()).isEqualTo("PREFLIGHT_BLOCKED");
        assertThat(failed.path("fallback").path("reason").isNull()).isTrue();
    }

    @Test
    void aPauseThatSomebodyHasLimitedIsLimitedHere() throws Exception {
        JsonNode failed = awaitPhase(begin("limited", "{\"to\":\"dedicated\",\"maxPauseMs\":500}"), "DONE");

        assertThat(failed.path("error").path("message").asString()).contains("about 3000 ms; expected at most 500 ms");
        assertThat(failed.path("fallback").path("maxPauseMs").asLong()).isEqualTo(500);
    }

    @Test
    void aDryRunTellsTheWayItsPauseAndThatItIsNoBlocker() throws Exception {
        JsonNode plan = orchestrator
                .post(path("planned"), "{\"to\":\"dedicated\",\"dryRun\":true}")
                .body();

        assertThat(plan.path("method").asString()).isEqualTo("restore");
        assertThat(plan.path("blockers").asBoolean(true)).isFalse();
        assertThat(plan.path("findings").size()).isEqualTo(1);
        assertThat(plan.path("plan").path("fallback").asString()).isEqualTo("AUTOMATIC");
        assertThat(plan.path("plan").path("restore").path("expectedPauseMs").asLong())
                .isEqualTo(3000);
        JsonNode never = orchestrator
                .post(path("planned"), "{\"to\":\"dedicated\",\"dryRun\":true,\"fallback\":\"NEVER\"}")
                .body();
        assertThat(never.path("blockers").asBoolean()).isTrue();
        assertThat(never.path("plan").path("restore").isNull()).isTrue();
    }

    @Test
    void aRestartWhileClientsAreHeldGoesOn() throws Exception {
        participants.follow(command ->
                command.getClass().getSimpleName().equals("RestoreBackup") ? List.of() : refusingReplication(command));
        String id = begin("restarted", "{\"to\":\"dedicated\",\"rollbackWindow\":\"0s\"}");
        Eventually.await(
                "the restore", PATIENCE, () -> participants.commandsOf(id).contains("RestoreBackup"));
        participants.follow(FallbackFlowIT::refusingReplication);
        orchestrator.restart();

        assertThat(awaitPhase(id, "DONE").path("status").asString()).isEqualTo("ready");
        assertThat(participants.commandsOf(id)).doesNotContain("UnfenceSource", "DiscardRestore");
    }

    private static String path(String database) {
        return "/api/v1/tenants/acme/databases/orders_" + database + "/migrations";
    }

    private static String begin(String database, String body) throws Exception {
        Answer answer = orchestrator.post(path(database), body);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
        return answer.body().path("id").asString();
    }

    private static JsonNode awaitPhase(String id, String phase) throws Exception {
        Eventually.assertThat(
                "phase " + phase,
                PATIENCE,
                () -> assertThat(orchestrator
                                .get("/api/v1/migrations/" + id)
                                .body()
                                .path("phase")
                                .asString())
                        .isEqualTo(phase));
        return orchestrator.get("/api/v1/migrations/" + id).body();
    }
}

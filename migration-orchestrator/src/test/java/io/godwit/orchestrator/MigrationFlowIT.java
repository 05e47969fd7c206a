package io.godwit.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.Command;
import io.godwit.events.Event;
import io.godwit.events.Failure;
import io.godwit.events.ProvisioningCommand.DiscardTarget;
import io.godwit.events.ProvisioningCommand.RehearseRoute;
import io.godwit.events.ProxyCommand.InspectSessions;
import io.godwit.events.ReplicationCommand.HandOver;
import io.godwit.events.ReplicationCommand.InspectDatabase;
import io.godwit.events.ReplicationCommand.StartCopy;
import io.godwit.events.ReplicationEvent.InitialSyncProgressed;
import io.godwit.events.ReplicationEvent.ReplicationFailed;
import io.godwit.orchestrator.RunningOrchestrator.Answer;
import io.godwit.orchestrator.saga.Answers;
import io.godwit.testing.Eventually;
import io.godwit.testing.KafkaBroker;
import io.godwit.testing.ServicesDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MigrationFlowIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final AtomicInteger NEXT = new AtomicInteger();

    private static RunningOrchestrator orchestrator;
    private static ScriptedParticipants participants;

    private final String database = "orders" + NEXT.incrementAndGet();

    @BeforeAll
    static void start() throws IOException {
        orchestrator = new RunningOrchestrator(ServicesDatabase.emptySchema("orchestrator"));
        participants = new ScriptedParticipants(KafkaBroker.shared().bootstrapServers());
    }

    @AfterAll
    static void stop() {
        participants.close();
        orchestrator.close();
    }

    @BeforeEach
    void behave() {
        participants.follow(ScriptedParticipants::wellBehaved);
    }

    @Test
    void aMigrationGoesThroughToItsWindowAndIsCompleted() throws Exception {
        String id = begin("{\"to\":\"dedicated\",\"rollbackWindow\":\"1h\"}");
        awaitPhase(id, "ROLLBACK_WINDOW");

        JsonNode migration = orchestrator.get("/api/v1/migrations/" + id).body();
        assertThat(migration.path("status").asString()).isEqualTo("ready");
        assertThat(migration.path("pauseMs").asLong()).isEqualTo(42);
        assertThat(migration.path("heldExchanges").asLong()).isEqualTo(24);
        assertThat(migration.path("percent").asDouble()).isEqualTo(100.0);
        assertThat(migration.path("backupId").asString()).isEqualTo("bkp_1");
        assertThat(migration.path("verification").path("rows").asLong()).isEqualTo(1000);
        assertThat(migration.path("sourceServerId").asString()).isEqualTo("srv_source");
        assertThat(migration.path("targetServerId").asString()).isEqualTo("srv_target");
        assertThat(migration.path("error").isNull()).isTrue();
        assertThat(migration.path("timeline").values())
                .extracting(entry -> entry.path("step").asString())
                .startsWith("PLAN", "INSPECT_STANDBY", "INSPECT")
                .contains("HOLD", "COMMIT", "RELEASE");

        Answer second = orchestrator.post(path(), "{\"to\":\"dedicated\"}");
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.body().path("code").asString()).isEqualTo("MIGRATION_IN_PROGRESS");
        assertThat(second.body().path("detail").asString()).contains(id, "complete it first");

        assertThat(orchestrator
                        .post("/api/v1/migrations/" + id + "/complete", "")
                        .status())
                .isEqualTo(202);
        awaitPhase(id, "DONE");
        assertThat(participants.commandsOf(id)).endsWith("StopReverse", "StopReplication", "RetireSource");
        Answer late = orchestrator.post("/api/v1/migrations/" + id + "/rollback", "");
        assertThat(late.body().path("code").asString()).isEqualTo("ROLLBACK_WINDOW_CLOSED");
    }

    @Test
    void aRollbackBringsTheDatabaseBack() throws Exception {
        String id = begin("{\"to\":\"dedicated\"}");
        awaitPhase(id, "ROLLBACK_WINDOW");
        assertThat(orchestrator
                        .post("/api/v1/migrations/" + id + "/rollback", "")
                        .status())
                .isEqualTo(202);
        awaitPhase(id, "DONE");

        assertThat(status(id)).isEqualTo("rolled_back");
    }

    @Test
    void aRestartInTheMiddleOfTheCopyContinues() throws Exception {
        participants.follow(command -> command instanceof StartCopy
                ? List.of(new InitialSyncProgressed(command.step(), 40, 400, 4000, 100, 1000))
                : ScriptedParticipants.wellBehaved(command));
        String id = begin("{\"to\":\"dedicated\",\"rollbackWindow\":\"0s\"}");
        Eventually.assertThat(
                "progress",
                PATIENCE,
                () -> assertThat(orchestrator
                                .get("/api/v1/migrations/" + id)
                                .body()
                                .path("percent")
                                .asDouble())
                        .isEqualTo(40.0));
        participants.follow(ScriptedParticipants::wellBehaved);
        orchestrator.restart();
        awaitPhase(id, "DONE");

        assertThat(status(id)).isEqualTo("ready");
        assertThat(participants.commandsOf(id).stream().filter("StartCopy"::equals))
                .hasSize(2);
    }

    @Test
    void clientsAreNotHeldWhileProvisioningIsAway() throws Exception {
        participants.follow(
                command -> command instanceof RehearseRoute ? List.of() : ScriptedParticipants.wellBehaved(command));
        String id = begin("{\"to\":\"dedicated\",\"rollbackWindow\":\"0s\"}");
        Eventually.await(
                "the question to be asked again",
                PATIENCE,
                () -> participants.commandsOf(id).stream()
                                .filter("RehearseRoute"::equals)
                                .count()
                        > 1);
        assertThat(participants.commandsOf(id)).doesNotContain("HoldTraffic");
        participants.follow(ScriptedParticipants::wellBehaved);
        awaitPhase(id, "DONE");

        assertThat(status(id)).isEqualTo("ready");
    }

    @Test
    void aRestartInTheMiddleOfThePauseLeavesNobodyHeldMeanwhile() throws Exception {
        participants.follow(MigrationFlowIT::withoutHandOver);
        String id = begin("{\"to\":\"dedicated\",\"rollbackWindow\":\"0s\"}");
        Eventually.await(
                "the hand-over", PATIENCE, () -> participants.commandsOf(id).contains("HandOver"));
        orchestrator.stop();
        assertThat(participants.commandsOf(id)).containsSubsequence("HandOver", "UnfenceSource", "ReleaseTraffic");

        participants.follow(ScriptedParticipants::wellBehaved);
        orchestrator.start();
        awaitPhase(id, "DONE");

        assertThat(status(id)).isEqualTo("ready");
        assertThat(participants.commandsOf(id)).containsSubsequence("UnfenceSource", "HandOver", "PublishRoute");
    }

    @Test
    void aServiceThatIsToldToStopHoldsNobodyAnew() throws Exception {
        participants.follow(command -> command instanceof RehearseRoute ? List.of() : withoutHandOver(command));
        String ready = begin("{\"to\":\"dedicated\",\"rollbackWindow\":\"0s\"}");
        Eventually.await(
                "the rehearsal", PATIENCE, () -> participants.commandsOf(ready).contains("RehearseRoute"));
        participants.follow(MigrationFlowIT::withoutHandOver);
        String held =
                begin(path("orders" + NEXT.incrementAndGet()), "{\"to\":\"dedicated\",\"rollbackWindow\":\"0s\"}");
        Eventually.await(
                "a pause", PATIENCE, () -> participants.commandsOf(held).contains("HandOver"));

        CompletableFuture<Void> stop = CompletableFuture.runAsync(orchestrator::stop);
        Eventually.await("it is told to stop", PATIENCE, orchestrator::isStopping);
        participants.answerLast(ready);
        stop.join();
        assertThat(participants.commandsOf(ready)).doesNotContain("HoldTraffic");

        participants.follow(ScriptedParticipants::wellBehaved);
        orchestrator.start();
        awaitPhase(ready, "DONE");
        awaitPhase(held, "DONE");
        assertThat(status(ready)).isEqualTo("ready");
        assertThat(status(held)).isEqualTo("ready");
    }

    private static List<Event> withoutHandOver(Command command) {
        return command instanceof HandOver ? List.of() : ScriptedParticipants.wellBehaved(command);
    }

    @Test
    void aTargetThatDiesDuringTheCopyFailsTheMigrationAndTheNextOneSucceeds() throws Exception {
        participants.follow(command -> command instanceof StartCopy
                ? List.<Event>of(new ReplicationFailed(
                        command.step(),
                        "StartCopy",
                        new Failure(
                                "TARGET_UNREACHABLE", "server 'srv_target' does not answer", Failure.Kind.TRANSIENT)))
                : ScriptedParticipants.wellBehaved(command));
        String id = begin("{\"to\":\"dedicated\",\"rollbackWindow\":\"0s\"}");
        awaitPhase(id, "DONE");

        JsonNode failed = orchestrator.get("/api/v1/migrations/" + id).body();
        assertThat(failed.path("status").asString()).isEqualTo("failed");
        assertThat(failed.path("error").path("code").asString()).isEqualTo("TARGET_UNREACHABLE");
        assertThat(participants.commandsOf(id)).contains("StopReplication", DiscardTarget.class.getSimpleName());

        participants.follow(ScriptedParticipants::wellBehaved);
        String next = begin("{\"to\":\"dedicated\",\"rollbackWindow\":\"0s\"}");
        awaitPhase(next, "DONE");
        assertThat(status(next)).isEqualTo("ready");
    }

    @Test
    void aCancelledMigrationIsUndone() throws Exception {
        participants.follow(
                command -> command instanceof StartCopy ? List.of() : ScriptedParticipants.wellBehaved(command));
        String id = begin("{\"to\":\"dedicated\"}");
        Eventually.await("copying", PATIENCE, () -> participants.commandsOf(id).contains("StartCopy"));
        assertThat(orchestrator.post("/api/v1/migrations/" + id + "/cancel", "").status())
                .isEqualTo(202);
        awaitPhase(id, "DONE");

        assertThat(status(id)).isEqualTo("cancelled");
        assertThat(participants.commandsOf(id)).endsWith("DiscardTarget");
    }

    @Test
    void aDryRunShowsThePlanAndTouchesNothing() throws Exception {
        AtomicInteger touched = new AtomicInteger();
        participants.follow(command -> {
            if (!isQuestion(command)) {
                touched.incrementAndGet();
            }
            return ScriptedParticipants.wellBehaved(command);
        });
        Answer answer = orchestrator.post(path(), "{\"to\":\"L2\",\"dryRun\":true}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("method").asString()).isEqualTo("logical");
        assertThat(answer.body().path("blockers").asBoolean()).isFalse();
        assertThat(answer.body().path("plan").path("steps").values())
                .extracting(step -> step.path("command").asString())
                .contains("PlanTarget", "HandOver", "PublishRoute");
        assertThat(answer.body().path("sessions").toString()).isEqualTo("{\"total\":8,\"pinned\":2}");
        assertThat(answer.body().path("pinnedSessions").values())
                .extracting(JsonNode::toString)
                .containsExactly(
                        "{\"proxyId\":\"proxy-a\",\"session\":\"session-1\",\"reason\":\"transaction\",\"forMillis\":5000}",
                        "{\"proxyId\":\"proxy-b\",\"session\":\"session-1\",\"reason\":\"transaction\",\"forMillis\":5000}");
        assertThat(answer.body().path("findings").isEmpty()).isTrue();
        assertThat(touched).hasValue(0);
        assertThat(orchestrator.get("/api/v1/migrations?limit=200").body().toString())
                .doesNotContain(database + "\"");
    }

    @Test
    void aProxyThatDoesNotAnswerIsAWarningOfTheDryRun() throws Exception {
        participants.follow(command -> command instanceof InspectSessions
                ? Answers.good(command, List.of("proxy-a"))
                : ScriptedParticipants.wellBehaved(command));
        Answer answer = orchestrator.post(path(), "{\"to\":\"dedicated\",\"dryRun\":true}");

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(answer.body().path("sessions").path("total").asInt()).isEqualTo(4);
        assertThat(answer.body().path("findings").values())
                .extracting(finding -> finding.path("severity").asString() + " "
                        + finding.path("code").asString() + " "
                        + finding.path("object").asString())
                .containsExactly("WARNING PROXY_SILENT proxy-b");
        assertThat(answer.body().path("blockers").asBoolean()).isFalse();
    }

    @Test
    void aDryRunThatNobodyAnswersTimesOut() throws Exception {
        participants.follow(
                command -> command instanceof InspectDatabase ? List.of() : ScriptedParticipants.wellBehaved(command));
        Answer answer = orchestrator.post(path(), "{\"to\":\"dedicated\",\"dryRun\":true}");

        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.body().path("code").asString()).isEqualTo("PREFLIGHT_TIMED_OUT");
    }

    @Test
    void theStreamOfEventsResumesAfterTheLastOneAndEndsWithTheMigration() throws Exception {
        String id = begin("{\"to\":\"dedicated\",\"rollbackWindow\":\"0s\"}");
        String all = orchestrator.stream("/api/v1/migrations/" + id + "/events", "");
        String rest = orchestrator.stream("/api/v1/migrations/" + id + "/events", "3");

        assertThat(all)
                .contains("id:1\n", "event:io.godwit.migration.requested.v1", "io.godwit.migration.switched.v1")
                .contains("event:io.godwit.migration.completed.v1");
        assertThat(rest).doesNotContain("id:3\n").contains("id:4\n", "io.godwit.migration.completed.v1");
    }

    private static boolean isQuestion(Command command) {
        String name = command.getClass().getSimpleName();
        return name.equals("PlanTarget") || name.startsWith("Inspect");
    }

    private String path() {
        return path(database);
    }

    private static String path(String name) {
        return "/api/v1/tenants/acme/databases/" + name + "/migrations";
    }

    private String begin(String body) throws Exception {
        return begin(path(), body);
    }

    private static String begin(String path, String body) throws Exception {
        Answer answer = orchestrator.post(path, body);
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(202);
        assertThat(answer.body().path("status").asString()).isEqualTo("pending");
        return answer.body().path("id").asString();
    }

    private static String status(String id) throws Exception {
        return orchestrator
                .get("/api/v1/migrations/" + id)
                .body()
                .path("status")
                .asString();
    }

    private static void awaitPhase(String id, String phase) throws Exception {
        Eventually.assertThat(
                "phase " + phase,
                PATIENCE,
                () -> assertThat(orchestrator
                                .get("/api/v1/migrations/" + id)
                                .body()
                                .path("phase")
                                .asString())
                        .isEqualTo(phase));
    }
}

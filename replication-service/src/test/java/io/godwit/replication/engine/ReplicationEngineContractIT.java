package io.godwit.replication.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.engines.Login;
import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the saga relies on, whatever the engine: the commands in its order, repeated, and taken back from any of them. */
public abstract class ReplicationEngineContractIT {
    private static final ConvergenceGoal GOAL = new ConvergenceGoal(Duration.ofMillis(500), 3);
    private static final Duration SOON = Duration.ofSeconds(20);

    private MovingDatabase moving;
    private ChangeStream stream;
    private PlacedDatabase source;
    private PlacedDatabase target;
    private String migration;

    protected abstract MovingDatabase open() throws Exception;

    @BeforeEach
    void openDatabase() throws Exception {
        moving = open();
        stream = moving.stream();
        source = stream.source();
        target = stream.target();
        migration = stream.migrationId();
        moving.write(source, "before", "the copy");
    }

    @AfterEach
    void closeDatabase() throws Exception {
        moving.close();
    }

    @Test
    void theTargetHasWhatWasThereAndFollows() throws Exception {
        List<CopyProgress> progress = new ArrayList<>();
        CopyTotals totals = moving.engine().copy(stream, progress::add);
        moving.write(source, "after", "the copy");
        Lag lag = moving.engine().awaitConvergence(stream, GOAL, _ -> {});
        Verification verification = moving.engine().verify(stream);

        assertThat(totals.rows()).isPositive();
        assertThat(progress.getLast().percent()).isEqualTo(100);
        assertThat(lag.delay()).isLessThanOrEqualTo(GOAL.maxDelay());
        assertThat(verification.rows()).isGreaterThanOrEqualTo(2);
        assertThat(verification.digest()).matches("[0-9a-f]{64}");
        assertThat(moving.contents(target)).isEqualTo(moving.contents(source)).containsKeys("before", "after");
    }

    @Test
    void copiedAgainNothingIsCopiedAnew() throws Exception {
        CopyTotals totals = moving.engine().copy(stream, _ -> {});
        assertThat(moving.engine().copy(stream, _ -> {})).isEqualTo(totals);

        moving.restartService();
        assertThat(moving.engine().copy(stream, _ -> {})).isEqualTo(totals);
    }

    @Test
    void comparedAgainNothingHasChanged() throws Exception {
        copyAndVerify();
        assertThat(moving.engine().verify(stream).digest())
                .isEqualTo(moving.engine().verify(stream).digest());
    }

    @Test
    void whatOnlyOneSideHasIsFound() throws Exception {
        copyAndVerify();
        moving.engine().handOver(stream, true, ClientHold.UNLIMITED);
        moving.engine().unfence(migration, source);
        moving.engine().stopReverse(stream);
        moving.engine().awaitConvergence(stream, GOAL, _ -> {});
        moving.tamper(target, "extra", "on the target");

        assertFails("VERIFICATION_FAILED", () -> moving.engine().verify(stream));
    }

    @Test
    void aFencedDatabaseTakesNobodyUntilItIsUnfenced() throws Exception {
        moving.engine().fence(migration, source, ClientHold.UNLIMITED);
        assertRefused(source);
        moving.engine().fence(migration, source, ClientHold.UNLIMITED);
        assertRefused(source);

        moving.restartService();
        moving.engine().unfence(migration, source);
        moving.write(source, "open", "again");
        moving.engine().unfence(migration, source);
        moving.write(source, "open", "still");
    }

    @Test
    void aSourceWhoseClientsAreNotHeldAnyMoreStaysOpen() throws Exception {
        copyAndVerify();
        ClientHold over = new ClientHold(Instant.now().minusMillis(1));

        assertFails("FENCE_TOO_LATE", () -> moving.engine().fence(migration, source, over));
        assertFails("FENCE_TOO_LATE", () -> moving.engine().handOver(stream, true, over));

        moving.write(source, "open", "still");
    }

    @Test
    void handedOverTheTargetHasEverythingAndTheSourceIsClosedAndFollows() throws Exception {
        copyAndVerify();
        moving.write(source, "last", "before the pause");

        HandOverResult done = moving.engine().handOver(stream, true, ClientHold.UNLIMITED);

        assertThat(done.position()).isNotEmpty();
        assertThat(moving.contents(target)).containsEntry("last", "before the pause");
        assertRefused(source);
        moving.write(target, "first", "after the pause");
        assertFollows(source, target);
    }

    @Test
    void handedOverAgainNothingChangesAndTheAnswerIsTheSame() throws Exception {
        copyAndVerify();
        HandOverResult first = moving.engine().handOver(stream, true, ClientHold.UNLIMITED);
        moving.restartService();

        assertThat(moving.engine().handOver(stream, true, ClientHold.UNLIMITED)).isEqualTo(first);

        moving.write(target, "first", "after the pause");
        assertFollows(source, target);
    }

    @Test
    void aServiceThatStartsAnewHandsOverWhatAnotherHasPrepared() throws Exception {
        copyAndVerify();
        moving.restartService();

        moving.engine().handOver(stream, true, ClientHold.UNLIMITED);

        moving.write(target, "first", "after the pause");
        assertFollows(source, target);
    }

    @Test
    void withoutAWayBackTheTargetIsHomeAndNothingOfTheMoveStays() throws Exception {
        copyAndVerify();
        HandOverResult first = moving.engine().handOver(stream, false, ClientHold.UNLIMITED);
        assertThat(moving.engine().handOver(stream, false, ClientHold.UNLIMITED).sequences())
                .isEqualTo(first.sequences());
        assertRefused(source);
        moving.write(target, "first", "after the pause");

        assertThat(moving.engine().stopReverse(stream)).isEmpty();
        assertThat(moving.engine().stop(stream)).isEmpty();
        assertNoTraces();
        moving.write(target, "second", "after the move");
        assertThat(moving.contents(source)).doesNotContainKey("second");
        assertThat(moving.contents(target)).containsKeys("before", "first", "second");
    }

    @Test
    void whenTheWindowEndsTheTargetStaysHomeAndNothingOfTheMoveStays() throws Exception {
        copyAndVerify();
        moving.engine().handOver(stream, true, ClientHold.UNLIMITED);
        moving.write(target, "first", "after the pause");

        assertThat(moving.engine().stopReverse(stream)).isEmpty();
        assertThat(moving.engine().stopReverse(stream)).isEmpty();
        assertThat(moving.engine().stop(stream)).isEmpty();
        assertThat(moving.engine().stop(stream)).isEmpty();

        assertNoTraces();
        moving.write(target, "second", "after the pause");
        assertThat(moving.contents(target)).containsKeys("before", "first", "second");
        assertRefused(source);
    }

    @Test
    void whatWasHandedOverCanBeTakenBackAndHandedOverAgain() throws Exception {
        copyAndVerify();
        for (boolean back : new boolean[] {true, false, true}) {
            moving.engine().handOver(stream, back, ClientHold.UNLIMITED);

            moving.engine().unfence(migration, source);
            moving.write(source, "taken", "back " + back);
            assertThat(moving.engine().stopReverse(stream)).isEmpty();
            moving.write(source, "taken", "back with " + back);
            moving.engine().awaitConvergence(stream, GOAL, _ -> {});
            assertThat(moving.contents(target)).isEqualTo(moving.contents(source));
        }
        moving.engine().handOver(stream, true, ClientHold.UNLIMITED);
        assertThat(moving.contents(target)).containsEntry("taken", "back with true");
        assertRefused(source);
    }

    @Test
    void aCutoverInSingleCommandsIsTakenBackInAnyOrder() throws Exception {
        copyAndVerify();
        moving.engine().flush(stream, moving.engine().fence(migration, source, ClientHold.UNLIMITED));
        moving.engine().reverse(stream);
        moving.engine().reverse(stream);
        assertRefused(source);

        assertThat(moving.engine().stopReverse(stream)).isEmpty();
        moving.engine().unfence(migration, source);

        moving.write(source, "taken", "back");
        moving.engine().awaitConvergence(stream, GOAL, _ -> {});
        String position = moving.engine().fence(migration, source, ClientHold.UNLIMITED);
        moving.engine().flush(stream, position);
        moving.engine().flush(stream, position);
        assertThat(moving.contents(target)).containsEntry("taken", "back");
    }

    @Test
    void theOldHomeTakesOverAgainWithTheWritesMadeSince() throws Exception {
        copyAndVerify();
        moving.engine().handOver(stream, true, ClientHold.UNLIMITED);
        moving.write(target, "made", "since");

        moving.engine().handOver(stream.reversed(), false, ClientHold.UNLIMITED);
        assertRefused(target);
        moving.engine().unfence(migration, source);

        moving.write(source, "home", "again");
        assertThat(moving.contents(source)).containsEntry("made", "since").containsKey("before");
        assertThat(moving.engine().stopReverse(stream)).isEmpty();
        assertThat(moving.engine().stop(stream)).isEmpty();
        assertNoTraces();
        moving.write(source, "home", "still");
    }

    @Test
    void aFencedServerLetsInWhoHasTheSecretAheadAndNobodyElse() throws Exception {
        assertFails("NOT_FENCED", () -> moving.engine().openPassage(migration, source));
        copyAndVerify();
        moving.engine().handOver(stream, true, ClientHold.UNLIMITED);
        moving.write(target, "made", "since");
        moving.engine().awaitConvergence(stream.reversed(), GOAL, _ -> {});
        PlacedDatabase ahead = through(moving.engine().openPassage(migration, source));
        moving.restartService();
        assertThat(through(moving.engine().openPassage(migration, source))).isEqualTo(ahead);
        assertRefused(source);

        moving.engine().handOver(stream.reversed(), false, ClientHold.UNLIMITED);
        moving.write(ahead, "came", "ahead");
        assertRefused(source);
        moving.engine().unfence(migration, source);

        moving.write(source, "home", "again");
        assertRefused(ahead);
        assertThat(moving.contents(source)).containsEntry("came", "ahead").containsEntry("made", "since");
        assertThat(moving.engine().stopReverse(stream)).isEmpty();
        assertThat(moving.engine().stop(stream)).isEmpty();
        assertNoTraces();
    }

    @Test
    void aPassageThatWasClosedIsNoneAndCanBeOpenedAgain() throws Exception {
        copyAndVerify();
        moving.engine().handOver(stream, true, ClientHold.UNLIMITED);
        PlacedDatabase before = through(moving.engine().openPassage(migration, source));
        moving.engine().closePassage(migration, source);
        moving.engine().closePassage(migration, source);
        assertFollows(source, target);

        PlacedDatabase ahead = through(moving.engine().openPassage(migration, source));
        moving.engine().handOver(stream.reversed(), false, ClientHold.UNLIMITED);
        assertRefused(before);
        assertRefused(source);
        moving.write(ahead, "came", "ahead");
        moving.engine().closePassage(migration, source);
        assertRefused(ahead);
        assertRefused(source);
        moving.engine().unfence(migration, source);
        moving.write(source, "home", "again");
    }

    @Test
    void aRollbackThatIsUndoneLeavesTheTargetHomeAndCanBeTriedAgain() throws Exception {
        copyAndVerify();
        moving.engine().handOver(stream, true, ClientHold.UNLIMITED);
        moving.write(target, "made", "since");
        moving.engine().handOver(stream.reversed(), false, ClientHold.UNLIMITED);

        moving.engine().unfence(migration, target);
        moving.write(target, "made", "in the window");
        assertRefused(source);
        assertFollows(source, target);

        moving.engine().handOver(stream.reversed(), false, ClientHold.UNLIMITED);
        moving.engine().unfence(migration, source);
        moving.write(source, "home", "again");
        assertThat(moving.contents(source)).containsEntry("made", "in the window");
        assertRefused(target);
    }

    @Test
    void aStoppedCopyLeavesNothingOnEitherServerAndCanBeMadeAnew() throws Exception {
        copyAndVerify();
        assertThat(moving.engine().stopReverse(stream)).isEmpty();
        assertThat(moving.engine().stop(stream)).isEmpty();
        assertThat(moving.engine().stop(stream)).isEmpty();

        assertNoTraces();
        moving.write(source, "after", "the stop");
        assertThat(moving.contents(target)).doesNotContainKey("after");
        copyAndVerify();
        assertThat(moving.contents(target)).containsKey("after");
    }

    @Test
    void undoingWhatNeverHappenedDoesNothing() throws Exception {
        assertThat(moving.engine().stopReverse(stream)).isEmpty();
        assertThat(moving.engine().stop(stream)).isEmpty();
        moving.engine().unfence(migration, source);

        moving.write(source, "still", "there");
        assertThat(moving.contents(source)).containsOnlyKeys("before", "still");
        assertNoTraces();
    }

    @Test
    void aStreamThatIsNotThereIsNotWaitedFor() {
        assertFails("STREAM_MISSING", () -> moving.engine().awaitConvergence(stream, GOAL, _ -> {}));
    }

    @Test
    void aTargetThatIsNotEmptyIsLeftAlone() throws Exception {
        moving.tamper(target, "precious", "data");

        assertFails("TARGET_NOT_EMPTY", () -> moving.engine().copy(stream, _ -> {}));

        assertThat(moving.contents(target)).isEqualTo(Map.of("precious", "data"));
        assertThat(moving.traces(source)).isEmpty();
    }

    private void copyAndVerify() throws InterruptedException {
        moving.engine().copy(stream, _ -> {});
        moving.engine().awaitConvergence(stream, GOAL, _ -> {});
        moving.engine().verify(stream);
    }

    private PlacedDatabase through(Login passage) {
        return new PlacedDatabase(source.server(), source.databaseName(), passage);
    }

    private void assertRefused(PlacedDatabase database) {
        assertThatThrownBy(() -> moving.write(database, "past", "the fence")).isNotNull();
    }

    private void assertFollows(PlacedDatabase follower, PlacedDatabase home) throws InterruptedException {
        Eventually.assertThat(
                "the old home follows",
                SOON,
                () -> assertThat(moving.contents(follower)).isEqualTo(moving.contents(home)));
    }

    private void assertNoTraces() throws Exception {
        assertThat(moving.traces(source)).isEmpty();
        assertThat(moving.traces(target)).isEmpty();
    }

    private static void assertFails(String code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ReplicationException.class,
                        e -> assertThat(e.failure().code()).isEqualTo(code));
    }
}

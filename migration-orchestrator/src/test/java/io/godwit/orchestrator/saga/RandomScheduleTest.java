package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.BackupCommand.CreateSafetyBackup;
import io.godwit.events.BackupCommand.DiscardRestore;
import io.godwit.events.BackupCommand.RestoreBackup;
import io.godwit.events.Command;
import io.godwit.events.Event;
import io.godwit.events.Failure;
import io.godwit.events.Failure.Kind;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProxyCommand.HoldTraffic;
import io.godwit.events.ProxyCommand.ReleaseTraffic;
import io.godwit.events.ReplicationCommand.FenceSource;
import io.godwit.events.ReplicationCommand.HandOver;
import io.godwit.events.ReplicationCommand.InspectDatabase;
import io.godwit.events.ReplicationCommand.UnfenceSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Any order of answers, duplicates, losses, failures, timers, restarts and users ends well. */
class RandomScheduleTest {
    private static final int SCHEDULES = 3000;
    private static final int WILD_STEPS = 150;
    private static final int MOST_STEPS = 4000;

    @Test
    void everyScheduleEndsWithTheDatabaseServedFromExactlyOneSide() {
        long base = System.nanoTime();
        Set<MigrationStatus> ends = EnumSet.noneOf(MigrationStatus.class);
        for (int i = 0; i < SCHEDULES; i++) {
            long seed = base + i;
            try {
                ends.add(new Schedule(seed, i % 2 == 0).run());
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
        assertThat(ends)
                .as("ways the schedules of seeds from %s ended", base)
                .containsExactlyInAnyOrder(
                        MigrationStatus.READY,
                        MigrationStatus.FAILED,
                        MigrationStatus.CANCELLED,
                        MigrationStatus.ROLLED_BACK);
    }

    private static final class Schedule {
        private final Random random;
        private final SagaRun run;
        private final List<Event> inFlight = new ArrayList<>();
        private final List<Event> seen = new ArrayList<>();

        /** What the world would be like: which servers refuse clients, who holds, where the route leads. */
        private final Set<String> fenced = new HashSet<>();

        private final Set<String> holding = new HashSet<>();
        private String home = "srv_source";
        private long epoch = Answers.FIRST_EPOCH;
        private boolean calm;

        /** How much was written, and how much of that is in each backup and on each server that is not the home. */
        private int writes;

        private final Map<String, Integer> backups = new HashMap<>();
        private final Map<String, Integer> brought = new HashMap<>();
        private int newestRestore;
        private final boolean replicationIsRefused;

        Schedule(long seed, boolean mayFallBack) {
            this.random = new Random(seed);
            this.replicationIsRefused = mayFallBack && random.nextBoolean();
            this.run = mayFallBack ? SagaRun.withFallback() : SagaRun.create();
        }

        MigrationStatus run() {
            run.start();
            for (int i = 0; !run.migration.isFinished(); i++) {
                calm = i > WILD_STEPS;
                assertThat(i).as("at %s", run.place()).isLessThan(MOST_STEPS);
                step();
            }
            assertThat(run.migration.home()).isIn(null, home);
            assertThat(fenced).as("the server that serves").doesNotContain(home);
            assertThat(run.migration.undo()).isEmpty();
            assertThat(holding).as("proxies that hold at the end").isEmpty();
            return run.migration.status();
        }

        private void step() {
            if (!fenced.contains(home)) {
                writes++;
            }
            if (!run.unanswered.isEmpty() && (calm || random.nextInt(3) > 0)) {
                execute(run.unanswered.removeFirst());
                return;
            }
            int dice = calm ? 0 : random.nextInt(100);
            if (!inFlight.isEmpty() && dice < 80) {
                Event event = inFlight.remove(calm ? 0 : random.nextInt(inFlight.size()));
                seen.add(event);
                run.tell(event);
            } else if (!seen.isEmpty() && dice < 88 && dice > 0) {
                run.tell(seen.get(random.nextInt(seen.size())));
            } else if (dice < 94) {
                timePasses();
            } else if (dice < 96) {
                run.feed(new Input.Resumed());
            } else if (dice < 97) {
                run.feed(new Input.CancelRequested());
            } else if (dice < 98) {
                run.feed(new Input.RollbackRequested());
            } else if (dice < 99) {
                run.feed(new Input.ProxyGone("proxy-b"));
            } else {
                run.feed(new Input.CompleteRequested());
            }
        }

        private void timePasses() {
            if (run.place().dueAt() != null) {
                run.timeOut();
            }
        }

        /** A participant carries out a command and answers, fails, or is never heard. */
        private void execute(Command command) {
            boolean fails = !calm && random.nextInt(12) == 0 && !(command instanceof HoldTraffic);
            Event failure = fails ? Answers.bad(command, failure(command)) : null;
            if (failure != null) {
                boolean partly = command instanceof HandOver || command instanceof FenceSource;
                if (partly && random.nextBoolean()) {
                    // It came as far as the fence.
                    affect(command);
                }
                inFlight.add(failure);
                return;
            }
            List<Event> answers = new ArrayList<>(affect(command));
            if (!calm && random.nextInt(10) == 0) {
                answers.clear();
            }
            inFlight.addAll(answers);
        }

        private List<Event> affect(Command command) {
            switch (command) {
                case HandOver c -> {
                    fenced.add(c.source().server().serverId());
                    brought.put(c.target().server().serverId(), writes);
                }
                case FenceSource c -> fenced.add(c.source().server().serverId());
                case CreateSafetyBackup c ->
                    backups.putIfAbsent("bkp_" + c.step().attempt(), writes);
                case RestoreBackup c -> restore(c);
                case DiscardRestore c ->
                    newestRestore = Math.max(newestRestore, c.step().attempt());
                case UnfenceSource c -> fenced.remove(c.source().server().serverId());
                case HoldTraffic c -> {
                    if (c.epoch() == epoch) {
                        holding.addAll(run.proxies);
                    }
                }
                case ReleaseTraffic _ -> holding.clear();
                case PublishRoute c -> {
                    if (c.expectedEpoch() == epoch) {
                        String old = home;
                        assertThat(fenced).as("the server that is left").contains(old);
                        assertThat(brought)
                                .as("writes on the server that becomes the home")
                                .containsEntry(c.serverId(), writes);
                        home = c.serverId();
                        epoch++;
                        holding.clear();
                    } else {
                        assertThat(c.expectedEpoch())
                                .as("the epoch of a repeated commit")
                                .isEqualTo(epoch - 1);
                        assertThat(c.serverId()).isEqualTo(home);
                    }
                }
                default -> {}
            }
            if (epoch > Answers.FIRST_EPOCH) {
                String other = home.equals("srv_source") ? "srv_target" : "srv_source";
                assertThat(fenced)
                        .as("the servers that refuse clients since the switch, after %s", command)
                        .contains(other);
            }
            return command instanceof InspectDatabase inspect && replicationIsRefused
                    ? List.of(Answers.inspected(inspect.step(), List.of(FallbackTest.BLOCKER)))
                    : Answers.good(command, Set.copyOf(run.proxies));
        }

        /** As the backup service does: what comes late is not done. */
        private void restore(RestoreBackup command) {
            if (command.step().attempt() >= newestRestore) {
                newestRestore = command.step().attempt();
                brought.put(
                        command.target().server().serverId(), Objects.requireNonNull(backups.get(command.backupId())));
            }
        }

        /** A commit that has happened may run into trouble when it is repeated, but is never refused. */
        private Failure failure(Command command) {
            boolean committed = command instanceof PublishRoute commit && commit.expectedEpoch() != epoch;
            List<Kind> kinds =
                    committed ? List.of(Kind.TRANSIENT, Kind.EXHAUSTED, Kind.INTERNAL) : List.of(Kind.values());
            return new Failure("BAD_LUCK", "a random failure", kinds.get(random.nextInt(kinds.size())));
        }
    }
}

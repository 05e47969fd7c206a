package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Tier;
import io.godwit.events.Command;
import io.godwit.events.Event;
import io.godwit.events.Failure;
import io.godwit.events.MigrationEvent;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningEvent.StandbyInspected;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ReplicationEvent.HandedOver;
import io.godwit.events.ReplicationEvent.RestoreConfirmed;
import io.godwit.events.TargetRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** One migration with a clock of its own; every decision is checked against the invariants as it is made. */
final class SagaRun {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final int MOST_ANSWERS = 2000;

    final Set<String> proxies = new HashSet<>(Set.of("proxy-a", "proxy-b"));
    final List<Command> sent = new ArrayList<>();
    final Deque<Command> unanswered = new ArrayDeque<>();
    final List<MigrationEvent> events = new ArrayList<>();
    final Map<Integer, TimelineEntry> timeline = new TreeMap<>();
    final Set<Integer> handedOverAttempts = new HashSet<>();
    Migration migration;
    Instant now = START;
    boolean proxiesKnown = true;

    private final boolean standby;

    private SagaRun(Terms terms, boolean dryRun) {
        this(terms, dryRun, false);
    }

    private SagaRun(Terms terms, boolean dryRun, boolean standby) {
        this.standby = standby;
        migration = Migration.requested(
                "mig_test",
                new DatabaseId("acme", "orders"),
                EngineId.POSTGRESQL,
                "ops",
                dryRun,
                new TargetRequest(standby ? Tier.DEDICATED : Tier.SHARED, null, null),
                terms,
                START);
    }

    static Terms terms() {
        return terms(FallbackPolicy.NEVER, Duration.ofMinutes(15));
    }

    static Terms terms(FallbackPolicy fallback, Duration maxRestorePause) {
        return new Terms(
                Duration.ofSeconds(2),
                Duration.ofSeconds(60),
                OnDrainTimeout.FORCE,
                fallback,
                maxRestorePause,
                Duration.ofHours(1),
                Duration.ofMillis(500),
                3,
                3);
    }

    /** Moves by backup and restore where replication can't do it. */
    static SagaRun withFallback() {
        return new SagaRun(terms(FallbackPolicy.AUTOMATIC, Duration.ofMinutes(15)), false);
    }

    static SagaRun create() {
        return new SagaRun(terms(), false);
    }

    static SagaRun create(Terms terms) {
        return new SagaRun(terms, false);
    }

    /** Moves with the whole server, of which the target is a standby. */
    static SagaRun asStandby() {
        return new SagaRun(terms(), false, true);
    }

    static SagaRun dryRun() {
        return dryRun(terms());
    }

    static SagaRun dryRun(Terms terms) {
        return new SagaRun(terms, true);
    }

    /** Runs until the step's command is out and unanswered. */
    static SagaRun at(Step step) {
        return at(step, Course.FORWARD);
    }

    static SagaRun at(Step step, Course course) {
        return create().startedTo(step, course);
    }

    SagaRun startedTo(Step step, Course course) {
        SagaRun run = this;
        run.start();
        if (course == Course.ROLLBACK) {
            run.answerUntil(r -> r.isAt(Step.ROLLBACK_WINDOW, Course.FORWARD));
            run.feed(new Input.RollbackRequested());
        }
        if (step == Step.RELEASE) {
            run.answerUntil(r -> r.isAt(Step.COMMIT, course));
            Command commit = run.unanswered.removeFirst();
            run.tell(Answers.good(commit, Set.of()).getFirst());
        }
        run.answerUntil(r -> r.isAt(step, course));
        return run;
    }

    void start() {
        feed(new Input.Requested());
    }

    Decision feed(Input input) {
        Decision decision = Decider.decide(migration, input, new Surroundings(now, Set.copyOf(proxies), proxiesKnown));
        check(decision);
        migration = decision.next();
        sent.addAll(decision.commands());
        unanswered.addAll(decision.commands());
        events.addAll(decision.events());
        decision.timeline().forEach(entry -> timeline.put(entry.number(), entry));
        return decision;
    }

    void tell(Event event) {
        if (event instanceof HandedOver handedOver) {
            handedOverAttempts.add(handedOver.step().attempt());
        }
        if (event instanceof RestoreConfirmed confirmed) {
            handedOverAttempts.add(confirmed.step().attempt());
        }
        feed(new Input.Received(event));
    }

    /** The participants answer the oldest unanswered command. */
    void answerOne() {
        Answers.good(unanswered.removeFirst(), Set.copyOf(proxies)).stream()
                .map(event -> standby && event instanceof StandbyInspected inspected
                        ? new StandbyInspected(inspected.step(), true, inspected.findings())
                        : event)
                .forEach(this::tell);
    }

    void failOne(Failure failure) {
        Event event = Answers.bad(unanswered.removeFirst(), failure);
        assertThat(event).isNotNull();
        if (event != null) {
            tell(event);
        }
    }

    /** Goes on, with answers where commands are out and with time where nothing is, until the condition holds. */
    void answerUntil(Predicate<SagaRun> condition) {
        for (int i = 0; !condition.test(this); i++) {
            assertThat(i)
                    .as("answers and timeouts without reaching the condition; at %s", place())
                    .isLessThan(MOST_ANSWERS);
            if (unanswered.isEmpty()) {
                timeOut();
            } else {
                answerOne();
            }
        }
    }

    void finish() {
        answerUntil(run -> run.migration.isFinished());
    }

    /** Lets the time come that the migration waits for. */
    void timeOut() {
        Instant due = migration.place().dueAt();
        assertThat(due).as("a timer at %s", place()).isNotNull();
        if (due != null) {
            now = due.isAfter(now) ? due : now;
        }
        feed(new Input.TimedOut());
    }

    /** As a participant that never answers. */
    void stayingSilent() {
        unanswered.clear();
        timeOut();
    }

    boolean isAt(Step step, Course course) {
        Place place = migration.place();
        return place.step() == step && place.course() == course && place.activity() == Activity.RUNNING;
    }

    Place place() {
        return migration.place();
    }

    List<String> commands() {
        return sent.stream().map(command -> command.getClass().getSimpleName()).toList();
    }

    List<String> steps() {
        return timeline.values().stream().map(TimelineEntry::step).toList();
    }

    private void check(Decision decision) {
        Migration next = decision.next();
        for (Command command : decision.commands()) {
            for (StepDefinition row : MigrationSaga.table(next.place().course())) {
                boolean entered = next.place().activity() == Activity.RUNNING
                        && row.step() == next.place().step()
                        && row.command() == command.getClass();
                if (entered) {
                    assertThat(next.undo())
                            .as("undos recorded when %s is sent", row.step())
                            .containsAll(row.undos().stream()
                                    .map(undo -> new RecordedUndo(row.step(), undo))
                                    .toList());
                }
            }
            if (command instanceof PublishRoute) {
                int held = next.place().oldestAttempt();
                assertThat(handedOverAttempts).as("handed over before commit").contains(held);
            }
        }
        if (next.isFinished()) {
            assertThat(next.undo()).as("undos left at the end").isEmpty();
            assertThat(next.place().dueAt()).isNull();
            assertThat(next.endedAt()).isNotNull();
        }
    }
}

package io.godwit.orchestrator.migration;

import io.godwit.events.Command;
import io.godwit.events.MigrationEvent;
import io.godwit.messaging.AfterCommit;
import io.godwit.messaging.OutboundRecord;
import io.godwit.messaging.Outbox;
import io.godwit.messaging.StopDelay;
import io.godwit.orchestrator.proxies.LiveProxies;
import io.godwit.orchestrator.saga.Decider;
import io.godwit.orchestrator.saga.Decision;
import io.godwit.orchestrator.saga.Input;
import io.godwit.orchestrator.saga.Migration;
import io.godwit.orchestrator.saga.Surroundings;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Carries out decisions: the row, the history, the commands and the public events are written in one transaction, and
 * the commands leave at its commit. One decision at a time about one migration, over all instances: the row is locked.
 */
@Component
public class MigrationRunner {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationRunner.class);

    private final MigrationTable table;
    private final MigrationHistory history;
    private final Outbox outbox;
    private final LiveProxies proxies;
    private final NearTimers timers;
    private final Bell bell;
    private final MigrationMeters meters;
    private final StopDelay stopDelay;
    private final InstantSource clock;
    private final TransactionTemplate transaction;

    MigrationRunner(
            MigrationTable table,
            MigrationHistory history,
            Outbox outbox,
            LiveProxies proxies,
            NearTimers timers,
            Bell bell,
            MigrationMeters meters,
            StopDelay stopDelay,
            InstantSource clock,
            TransactionTemplate transaction) {
        this.table = table;
        this.history = history;
        this.outbox = outbox;
        this.proxies = proxies;
        this.timers = timers;
        this.bell = bell;
        this.meters = meters;
        this.stopDelay = stopDelay;
        this.clock = clock;
        this.transaction = transaction;
    }

    /**
     * Joins the transaction of its caller, if there is one.
     *
     * @return empty if there is no such migration
     */
    public Optional<Decision> handle(String migrationId, Input input) {
        return transaction.execute(_ ->
                meters.timed(() -> table.lock(migrationId).map(locked -> decide(locked, input))));
    }

    /** A proxy is gone: those who wait for it need not any longer. */
    public void proxyGone(String proxyId) {
        for (String id : table.active()) {
            handle(id, new Input.ProxyGone(proxyId));
        }
    }

    /** Stores a new migration and takes its first step; false if the database has an active one already. */
    boolean begin(Migration migration) {
        return transaction.execute(_ -> {
            if (!table.insert(migration)) {
                return false;
            }
            decide(new MigrationTable.Locked(migration, 0), new Input.Requested());
            return true;
        });
    }

    /** Does what is due, unless it is not due any more or another instance does it. */
    void timeOut(String migrationId) {
        transaction.executeWithoutResult(
                _ -> table.lockDue(migrationId, now()).ifPresent(locked -> decide(locked, new Input.TimedOut())));
    }

    /** In milliseconds, so that a deadline is the same in the row, in its state and in memory. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private Decision decide(MigrationTable.Locked locked, Input input) {
        Migration migration = locked.migration();
        LiveProxies.Census census = proxies.census();
        Instant now = now();
        Decision decision = Decider.decide(migration, input, new Surroundings(now, census.live(), census.known()));
        if (!decision.next().equals(migration)) {
            store(decision, locked.version(), now);
        }
        return decision;
    }

    private void store(Decision decision, long version, Instant now) {
        Migration next = decision.next();
        table.update(next, version, now);
        if (!decision.timeline().isEmpty()) {
            history.record(next.id(), decision.timeline());
        }
        if (!decision.events().isEmpty()) {
            history.tell(next.id(), decision.events());
        }
        for (Command command : decision.commands()) {
            outbox.send(OutboundRecord.message(CommandTopics.of(command), next.databaseId(), command));
        }
        for (MigrationEvent event : decision.events()) {
            outbox.send(OutboundRecord.migrationEvent(event));
        }
        if (next.isFinished()) {
            AfterCommit.run(() -> meters.ended(next));
        }
        if (next.holdsClients()) {
            stopDelay.begin(next.id());
        } else {
            AfterCommit.run(() -> stopDelay.end(next.id()));
        }
        AfterCommit.run(() -> afterwards(next, now));
    }

    private void afterwards(Migration next, Instant now) {
        LOG.atDebug()
                .setMessage("A migration went on")
                .addKeyValue("migration", next.id())
                .addKeyValue("database", next.databaseId())
                .addKeyValue("step", next.place().step())
                .addKeyValue("activity", next.place().activity())
                .log();
        Instant due = next.place().dueAt();
        if (due != null) {
            timers.schedule(next.id(), now, due);
        }
        bell.ring();
    }
}

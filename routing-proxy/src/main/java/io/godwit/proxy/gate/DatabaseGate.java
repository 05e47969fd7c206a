package io.godwit.proxy.gate;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.Login;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.ProxyCommand;
import io.godwit.events.ProxyCommand.Backend;
import io.godwit.events.ProxyCommand.HoldTraffic;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.ProxyEvent;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.events.StepRef;
import io.godwit.proxy.gate.GateState.Draining;
import io.godwit.proxy.gate.GateState.Held;
import io.godwit.proxy.gate.GateState.Hold;
import io.godwit.proxy.gate.GateState.Open;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gate of one database: decides on the gates' thread, acts through one {@link LoopGate} per event loop. See {@link
 * GateState} for the states. A hold is a lease: it ends by itself. A command with an epoch older than the committed
 * route's is refused; a command that was answered before is answered again and does nothing twice.
 */
public final class DatabaseGate {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseGate.class);
    private static final Duration ARM_LIMIT = Duration.ofSeconds(5);
    private static final Duration RESUME_LIMIT = Duration.ofSeconds(5);

    private final DatabaseId databaseId;
    private final String proxyId;
    private final GateTimer timer;
    private final GateEvents events;
    private final List<LoopGate> loops;
    private final PinnedReport pinnedReport;

    private GateState state = new Open(null);
    private long lastHoldId;
    private @Nullable LoopRound<Integer> draining;
    private @Nullable FinishedHold finished;
    private volatile @Nullable DatabaseRoute committed;

    DatabaseGate(
            DatabaseId databaseId,
            String proxyId,
            GateTimer timer,
            GateEvents events,
            List<? extends Executor> eventLoops,
            LoopGate.HoldObserver observer) {
        this.databaseId = databaseId;
        this.proxyId = proxyId;
        this.timer = timer;
        this.events = events;
        Precedence precedence = new Precedence();
        this.loops = eventLoops.stream()
                .map(loop -> new LoopGate(loop, observer, precedence))
                .toList();
        this.pinnedReport = new PinnedReport(timer, loops);
    }

    public DatabaseId databaseId() {
        return databaseId;
    }

    /** The newest route that was seen, from any thread; null until the first has been seen. */
    public @Nullable DatabaseRoute committedRoute() {
        return committed;
    }

    /** @param eventLoop the loop of the session that asks */
    @SuppressWarnings("ReferenceEquality") // executors have no other
    public LoopGate on(Executor eventLoop) {
        for (LoopGate loop : loops) {
            if (loop.loop() == eventLoop) {
                return loop;
            }
        }
        throw new IllegalArgumentException("executor " + eventLoop + " is none of the proxy's event loops");
    }

    /** Client sessions of the database, from any thread. */
    public int sessions() {
        return (int) loops.stream().mapToLong(LoopGate::sessionCount).sum();
    }

    /** Exchanges begun since the proxy started, from any thread. */
    public long exchanges() {
        return loops.stream().mapToLong(LoopGate::exchangeCount).sum();
    }

    /** Exchanges that wait at the gate now, from any thread. */
    public int waiting() {
        return (int) loops.stream().mapToLong(LoopGate::waitingCount).sum();
    }

    // From here on everything runs on the gates' thread.

    boolean isHeld() {
        return state instanceof Held;
    }

    void onRoute(DatabaseRoute route) {
        DatabaseRoute known = state.route();
        if (known != null && route.epoch() < known.epoch()) {
            LOG.atInfo()
                    .setMessage("Ignored a route older than the committed one")
                    .addKeyValue("database", databaseId)
                    .addKeyValue("epoch", route.epoch())
                    .log();
            return;
        }
        committed = route;
        switch (state) {
            case Open open -> {
                FinishedHold last = finished;
                state = open.routed(route);
                if (last != null
                        && known != null
                        && route.epoch() > last.hold().command().epoch()
                        && known.epoch() == last.hold().command().epoch()) {
                    // The lease ran out before the commit; the orchestrator waits for this proxy all the same.
                    openAfter(last.hold(), route);
                } else {
                    onEachLoop(loop -> loop.open(route, null));
                }
            }
            case Draining(var ignored, Hold hold)
            when route.epoch() > hold.command().epoch() -> {
                state = new Open(route);
                openAfter(hold, route);
            }
            case Held(var ignored, Hold hold)
            when route.epoch() > hold.command().epoch() -> {
                state = new Open(route);
                openAfter(hold, route);
            }
            case Draining draining -> {
                state = draining.learnt(route);
                onEachLoop(loop -> loop.learn(route));
            }
            case Held held -> {
                state = held.learnt(route);
                onEachLoop(loop -> loop.learn(route));
            }
        }
    }

    void onCommand(ProxyCommand command) {
        switch (command) {
            case ProxyCommand.ArmMigration arm ->
                arm(arm, arm.epoch(), arm.target(), arm.target().login());
            // A gate that has not seen the move leads to the fenced server yet, and would let its clients in there.
            case ProxyCommand.ArmRollback arm
            when arm.epoch() > state.epoch() ->
                tell(new ProxyEvent.MigrationArmed(arm.step(), proxyId, sessions(), List.of()));
            case ProxyCommand.ArmRollback arm -> arm(arm, arm.epoch(), arm.target(), arm.passage());
            case ProxyCommand.InspectSessions inspect ->
                pinnedReport.inspect(pinned -> tell(new ProxyEvent.SessionsInspected(
                        inspect.step(), proxyId, sessions(), pinned.size(), PinnedReport.longest(pinned))));
            case HoldTraffic hold -> onHold(hold);
            case ProxyCommand.ReleaseTraffic release -> onRelease(release);
            case ProxyCommand.DisarmMigration disarm -> onDisarm(disarm);
        }
    }

    private void arm(ProxyCommand command, long epoch, Backend target, Login login) {
        if (isStale(epoch, command)) {
            return;
        }
        LoopRound<List<PinnedSession>> round = LoopRound.ask(
                timer,
                loops,
                List.of(),
                PinnedReport::concatenate,
                (loop, answer) -> loop.arm(target, login, () -> answer.accept(loop.pinned())),
                pinned -> tell(new ProxyEvent.MigrationArmed(command.step(), proxyId, sessions(), pinned)));
        timer.schedule(ARM_LIMIT, round::finish);
    }

    private void onDisarm(ProxyCommand.DisarmMigration disarm) {
        onEachLoop(LoopGate::disarm);
        tell(released(disarm.step(), lastStatistics(disarm.step())));
    }

    private void onHold(HoldTraffic command) {
        if (isStale(command.epoch(), command)) {
            return;
        }
        FinishedHold before = finished;
        switch (state) {
            case Open ignored when before != null && before.hold().isFor(command) -> tell(before.answer());
            case Open open -> {
                Hold hold = new Hold(++lastHoldId, command);
                state = open.hold(hold);
                startDraining(hold);
            }
            case Draining(var ignored, Hold hold) when hold.isFor(command) -> tell(trafficHeld(hold));
            case Held(var ignored, Hold hold)
            when hold.isFor(command) -> {
                tell(trafficHeld(hold));
                tell(new ProxyEvent.DrainCompleted(command.step(), proxyId, sessions(), 0));
            }
            case Draining draining -> {
                Hold hold = new Hold(++lastHoldId, command);
                state = draining.renewed(hold);
                startDraining(hold);
            }
            case Held held -> {
                Hold hold = new Hold(++lastHoldId, command);
                state = held.renewed(hold);
                scheduleLease(hold);
                tell(trafficHeld(hold));
                tell(new ProxyEvent.DrainCompleted(command.step(), proxyId, sessions(), 0));
            }
        }
    }

    private void startDraining(Hold hold) {
        if (draining != null) {
            draining.forget();
        }
        scheduleLease(hold);
        timer.schedule(hold.drain(), () -> onDrainTimeOver(hold));
        LoopRound.ask(timer, loops, 0, Integer::sum, (loop, answer) -> answer.accept(0), closed -> {
            if (isCurrent(hold)) {
                tell(trafficHeld(hold));
            }
        });
        draining = LoopRound.ask(timer, loops, 0, Integer::sum, LoopGate::close, cut -> onDrained(hold, cut));
        pinnedReport.start(() -> isDraining(hold), pinned -> tellPinned(hold, pinned));
    }

    private void tellPinned(Hold hold, List<PinnedSession> pinned) {
        if (!pinned.isEmpty()) {
            tell(new ProxyEvent.SessionsPinned(hold.command().step(), proxyId, pinned));
        }
    }

    private boolean isDraining(Hold hold) {
        return state instanceof Draining current && current.hold().id() == hold.id();
    }

    private void onDrained(Hold hold, int cut) {
        if (state instanceof Draining current && current.hold().id() == hold.id()) {
            state = current.drained();
            tell(new ProxyEvent.DrainCompleted(hold.command().step(), proxyId, sessions(), cut));
        }
    }

    private void onDrainTimeOver(Hold hold) {
        if (!isDraining(hold)) {
            return;
        }
        boolean force = hold.command().onDrainTimeout() == OnDrainTimeout.FORCE;
        pinnedReport.ask(force ? pinned -> cut(hold, pinned) : pinned -> giveUp(hold, pinned));
    }

    /** Who is cut is named before. Those that wait for the locks of others, here or at another proxy, come last. */
    private void cut(Hold hold, List<PinnedSession> pinned) {
        if (isDraining(hold)) {
            tellPinned(hold, pinned);
            onEachLoop(LoopGate::cutAwaited);
            timer.schedule(hold.betweenCuts(), () -> {
                if (isDraining(hold)) {
                    onEachLoop(LoopGate::cutUndrained);
                }
            });
        }
    }

    private void giveUp(Hold hold, List<PinnedSession> pinned) {
        if (state instanceof Draining current && current.hold().id() == hold.id()) {
            ProxyEvent answer = new ProxyEvent.DrainTimedOut(hold.command().step(), proxyId, pinned);
            tell(answer);
            state = current.opened();
            reopen(hold, answer, false);
        }
    }

    private void scheduleLease(Hold hold) {
        timer.schedule(Duration.ofMillis(hold.command().leaseMillis()), () -> onLeaseOver(hold));
    }

    private void onLeaseOver(Hold hold) {
        if (isCurrent(hold)) {
            LOG.atWarn()
                    .setMessage("A hold's lease ran out; the gate opens to the committed route")
                    .addKeyValue("database", databaseId)
                    .addKeyValue("epoch", state.epoch())
                    .log();
            ProxyEvent answer = new ProxyEvent.HoldExpired(hold.command().step(), proxyId, state.epoch());
            state = new Open(state.route());
            tell(answer);
            reopen(hold, answer, true);
        }
    }

    private void onRelease(ProxyCommand.ReleaseTraffic release) {
        Hold hold = state.currentHold();
        if (hold == null || !hold.isOf(release.step())) {
            // Nothing is held for this migration, or no longer: that is what the command wants.
            FinishedHold last = finished;
            if (last != null && last.hold().isOfMigration(release.step())) {
                onEachLoop(LoopGate::decided);
            }
            tell(released(release.step(), lastStatistics(release.step())));
            return;
        }
        state = new Open(state.route());
        openAfter(hold, state.route());
    }

    /** Opens the gate and tells that traffic was released when everything that waited runs. */
    private void openAfter(Hold hold, @Nullable DatabaseRoute route) {
        StepRef step = hold.command().step();
        finished = new FinishedHold(hold, released(step, HoldStatistics.NONE), HoldStatistics.NONE);
        LoopRound<HoldStatistics> round = LoopRound.ask(
                timer,
                loops,
                HoldStatistics.NONE,
                HoldStatistics::plus,
                (loop, answer) -> loop.open(route, answer),
                statistics -> {
                    ProxyEvent answer = released(step, statistics);
                    finished = new FinishedHold(hold, answer, statistics);
                    tell(answer);
                });
        timer.schedule(RESUME_LIMIT, round::finish);
    }

    private void reopen(Hold hold, ProxyEvent answer, boolean undecided) {
        FinishedHold ended = new FinishedHold(hold, answer, HoldStatistics.NONE);
        finished = ended;
        DatabaseRoute route = state.route();
        LoopRound.ask(
                timer,
                loops,
                HoldStatistics.NONE,
                HoldStatistics::plus,
                (loop, told) -> loop.reopen(route, undecided, told),
                statistics -> {
                    if (ended.equals(finished)) {
                        finished = ended.with(statistics);
                    }
                });
    }

    private boolean isStale(long epoch, ProxyCommand command) {
        boolean stale = epoch < state.epoch();
        if (stale) {
            LOG.atInfo()
                    .setMessage("Refused a command with a stale epoch")
                    .addKeyValue("database", databaseId)
                    .addKeyValue("command", command.getClass().getSimpleName())
                    .addKeyValue("epoch", epoch)
                    .addKeyValue("committedEpoch", state.epoch())
                    .log();
        }
        return stale;
    }

    private boolean isCurrent(Hold hold) {
        Hold current = state.currentHold();
        return current != null && current.id() == hold.id();
    }

    private HoldStatistics lastStatistics(StepRef step) {
        FinishedHold last = finished;
        return last != null && last.hold().isOf(step) ? last.statistics() : HoldStatistics.NONE;
    }

    private ProxyEvent.TrafficHeld trafficHeld(Hold hold) {
        return new ProxyEvent.TrafficHeld(hold.command().step(), proxyId);
    }

    private ProxyEvent.TrafficReleased released(StepRef step, HoldStatistics statistics) {
        return new ProxyEvent.TrafficReleased(
                step,
                proxyId,
                state.epoch(),
                statistics.heldExchanges(),
                TimeUnit.NANOSECONDS.toMicros(statistics.longestNanos()));
    }

    private void tell(ProxyEvent event) {
        events.tell(databaseId, event);
    }

    void onEachLoop(Consumer<LoopGate> task) {
        loops.forEach(loop -> loop.loop().execute(() -> task.accept(loop)));
    }
}

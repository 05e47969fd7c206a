package io.godwit.proxy.gate;

import io.godwit.engines.Login;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.ProxyCommand.Backend;
import io.godwit.events.ProxyEvent.PinnedSession;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One event loop's part of a database's gate. All but the counters' readers run on that loop, so that a session passes
 * with the comparison of two plain fields: its own epoch against {@link #pass()}.
 */
public final class LoopGate {
    /** No session's epoch equals it: nobody passes. */
    public static final long CLOSED = -1;

    private static final Logger LOG = LoggerFactory.getLogger(LoopGate.class);

    private final Executor loop;
    private final HoldObserver observer;
    private final Precedence precedence;
    private final Set<GatedSession> sessions = new LinkedHashSet<>();
    private final Set<GatedSession> undrained = new HashSet<>();
    private final Set<GatedSession> first = new HashSet<>();
    private final LoopCounter sessionCount = new LoopCounter();
    private final LoopCounter exchangeCount = new LoopCounter();
    private final LoopCounter waiting = new LoopCounter();

    private long pass = CLOSED;
    private @Nullable DatabaseRoute route;
    private @Nullable Preparation preparation;
    private @Nullable Consumer<Integer> onDrained;
    private @Nullable Consumer<HoldStatistics> onResumed;
    private HoldStatistics held = HoldStatistics.NONE;
    private int cut;
    /** Tells this opening or closing from those before. */
    private int turn;

    private boolean everybodyGoes;
    private boolean undecided;

    /** Told of every exchange that waited, on the loop. */
    interface HoldObserver {
        void held(long nanos);
    }

    /** @param precedence shared by all loops of the gate */
    LoopGate(Executor loop, HoldObserver observer, Precedence precedence) {
        this.loop = loop;
        this.observer = observer;
        this.precedence = precedence;
    }

    Executor loop() {
        return loop;
    }

    /** The epoch that may pass now, or {@link #CLOSED}. */
    public long pass() {
        return pass;
    }

    /** The committed route as this loop knows it; null until the first has been seen. */
    public @Nullable DatabaseRoute route() {
        return route;
    }

    /** Whether a session without a server may go to the one that {@link #route()} leads to. */
    public boolean mayAttach(GatedSession session) {
        return pass != CLOSED && (everybodyGoes || first.contains(session));
    }

    /**
     * Whether a move's hold ran out and its outcome has not been heard of: the route may lead to a server that is closed
     * until the move is taken back.
     */
    public boolean isUndecided() {
        return undecided;
    }

    /**
     * The session has left its server with something that others can feel, a lock for example: until it {@link
     * #hasGoneFirst}, no other goes to a server that the gate opens to.
     */
    public void goesFirst(GatedSession session) {
        if (sessions.contains(session) && first.add(session)) {
            precedence.claim();
        }
    }

    /** The session has what it had, or does not get it in good time; to be called by each that goes first. */
    public void hasGoneFirst(GatedSession session) {
        if (first.remove(session)) {
            precedence.release();
        }
    }

    /** The session {@linkplain #prepare prepares} itself when it is with a server, if it may go there now. */
    public void enter(GatedSession session) {
        sessions.add(session);
        sessionCount.add(1);
        if (!mayAttach(session)) {
            prepare(session);
        }
    }

    /** If a move is being prepared, the session joins in that. */
    public void prepare(GatedSession session) {
        Preparation ahead = preparation;
        if (ahead != null) {
            session.arm(ahead.target(), ahead.login(), () -> {});
        }
    }

    public void leave(GatedSession session) {
        if (sessions.remove(session)) {
            sessionCount.add(-1);
            hasGoneFirst(session);
            detached(session);
        }
    }

    public void exchangeStarted() {
        exchangeCount.add(1);
    }

    /** The session has left its server, with nothing running there. */
    public void detached(GatedSession session) {
        if (undrained.remove(session)) {
            reportIfDrained();
        }
    }

    /** An exchange has begun to wait; {@link #exchangeResumed} or {@link #exchangeAbandoned} follows. */
    public void exchangeHeld() {
        waiting.add(1);
    }

    public void exchangeResumed(long heldNanos) {
        waiting.add(-1);
        held = held.plusOne(heldNanos);
        observer.held(heldNanos);
        reportIfResumed();
    }

    /** The waiting exchange's client has gone or been refused. */
    public void exchangeAbandoned() {
        waiting.add(-1);
        reportIfResumed();
    }

    long sessionCount() {
        return sessionCount.get();
    }

    long exchangeCount() {
        return exchangeCount.get();
    }

    long waitingCount() {
        return waiting.get();
    }

    /** @param drained told once, with the number of sessions that had to be cut, when no session is on the server */
    void close(Consumer<Integer> drained) {
        pass = CLOSED;
        turn++;
        everybodyGoes = false;
        undecided = false;
        cut = 0;
        held = HoldStatistics.NONE;
        onResumed = null;
        onDrained = drained;
        undrained.clear();
        for (GatedSession session : sessions) {
            if (session.attached()) {
                undrained.add(session);
            }
        }
        each(undrained, GatedSession::onGateClosed);
        reportIfDrained();
    }

    /**
     * A route to which the gate is open already may come again, from a service that has started anew for example; that says
     * nothing new of a move.
     *
     * @param resumed told once, when every exchange that waited runs or has been given up; null if nobody asks
     */
    void open(@Nullable DatabaseRoute committed, @Nullable Consumer<HoldStatistics> resumed) {
        boolean again = committed != null && committed.epoch() == pass;
        route = committed;
        if (committed != null && preparation != null && committed.backend().equals(preparation.target())) {
            // The move is done: who comes now logs in as the route says.
            preparation = null;
        }
        pass = committed == null ? CLOSED : committed.epoch();
        onDrained = null;
        undrained.clear();
        onResumed = again && resumed == null ? onResumed : resumed;
        turn++;
        everybodyGoes = false;
        undecided = again && undecided;
        if (committed != null) {
            openToThoseWhoGoFirst();
        }
        reportIfResumed();
    }

    /**
     * @param movesOn whether the move that the gate was closed for may yet come to its end
     * @param resumed as of {@link #open}
     */
    void reopen(@Nullable DatabaseRoute committed, boolean movesOn, Consumer<HoldStatistics> resumed) {
        open(committed, resumed);
        undecided = movesOn;
    }

    /** The move is known to have been taken back. */
    void decided() {
        undecided = false;
    }

    private void openToThoseWhoGoFirst() {
        each(sessions, session -> session.attached() || first.contains(session), GatedSession::onGateOpened);
        int thisTurn = turn;
        precedence.whenNobodyGoesFirst(loop, () -> {
            if (turn == thisTurn) {
                openToEverybody();
            }
        });
    }

    private void openToEverybody() {
        everybodyGoes = true;
        each(sessions, session -> !session.attached(), GatedSession::onGateOpened);
    }

    /** Takes note of a route without opening. */
    void learn(DatabaseRoute committed) {
        route = committed;
    }

    /** @param login that the target takes until the route leads there */
    void arm(Backend target, Login login, Runnable done) {
        preparation = new Preparation(target, login);
        new SessionRound(sessions, (session, over) -> session.arm(target, login, over), done).start();
    }

    void disarm() {
        preparation = null;
        each(sessions, GatedSession::disarm);
    }

    /** @param told called once, on this loop, with the sessions that could not leave their server if they had to now */
    void inspect(GateTimer timer, Consumer<List<PinnedSession>> told) {
        new LoopInspection(loop, timer, sessions, told).start();
    }

    List<PinnedSession> pinned() {
        List<PinnedSession> pinned = new ArrayList<>();
        sessions.forEach(session -> session.pinned().ifPresent(pinned::add));
        return pinned;
    }

    /** Ends the sessions that have not drained and whose server waits for them, but none that wait for the server. */
    void cutAwaited() {
        each(undrained, GatedSession::awaitsClient, this::cut);
    }

    /** Ends the sessions that have not drained. */
    void cutUndrained() {
        each(undrained, this::cut);
    }

    private void cut(GatedSession session) {
        cut++;
        session.cut();
    }

    void cutAll() {
        each(sessions, GatedSession::cut);
    }

    void leaveAll() {
        each(sessions, GatedSession::leave);
    }

    private static void each(Set<GatedSession> all, Consumer<GatedSession> told) {
        each(all, _ -> true, told);
    }

    /** One session that fails is ended, and does not keep the others from being told. */
    private static void each(Set<GatedSession> all, Predicate<GatedSession> which, Consumer<GatedSession> told) {
        for (GatedSession session : List.copyOf(all)) {
            try {
                if (which.test(session)) {
                    told.accept(session);
                }
            } catch (RuntimeException e) {
                LOG.atError()
                        .setMessage("A session failed at its gate")
                        .setCause(e)
                        .log();
                session.cut();
            }
        }
    }

    /** How long exchanges have been held so far, even if some still wait. */
    HoldStatistics statistics() {
        return held;
    }

    private void reportIfDrained() {
        Consumer<Integer> listener = onDrained;
        if (listener != null && undrained.isEmpty()) {
            onDrained = null;
            listener.accept(cut);
        }
    }

    private void reportIfResumed() {
        Consumer<HoldStatistics> listener = onResumed;
        if (listener != null && waiting.get() == 0) {
            onResumed = null;
            listener.accept(held);
        }
    }

    /** For sessions that come before the move is done or given up. */
    private record Preparation(Backend target, Login login) {}
}

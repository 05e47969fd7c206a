/*
 * Two proxies. No one waits for their answers: the fence must do without them, so that each may be paused through
 * everything, may miss commands and may be killed, which is a cut session and a hold that is forgotten.
 */

/* What was sent is answered with an error, whether it was executed or not. */
inline fail(p) {
    exchange[p] = NONE; executed[p] = 0
}

/* The session ends while the server runs what its client had sent, and goes on with that. */
inline cut(p) {
    orphan[session[p]] = 1;
    fail(p);
    session[p] = NOWHERE
}

inline open(p) {
    gate[p] = OPEN; holdEpoch[p] = 0
}

#ifdef BROKEN_OLD_ROUTE
#define isOld(route, p) false
#else
#define isOld(route, p) ((route) < known[p])
#endif

/* Routes may be heard again, and late: one that is older than the newest is ignored. */
inline learn(p, route) {
    if
    :: isOld(route, p) -> skip
    :: else ->
        assert(route >= known[p]);
        known[p] = route;
        if
        :: gate[p] == HELD && route > holdEpoch[p] -> open(p)
        :: else -> skip
        fi
    fi
}

/* Leaves a server to which the gate does not lead, or leads no more. */
#define mustLeave(p) (gate[p] == HELD || session[p] != serverOf(known[p]))

#define takesClients(server) (!fenced[server] && !removed[server])

/* A proxy that has not heard of the move takes the fenced server for home, and opens no connections ahead. */
#ifdef BROKEN_ARMED_UNAWARE
#define isAware(p) true
#else
#define isAware(p) (known[p] >= 2)
#endif

#define entersAhead(p) (passage && isAware(p) && serverOf(known[p]) == A && !removed[A])

proctype Proxy(byte p) {
end:
    do
    :: atomic { gate[p] == HOLD_COMING ->
            if
            :: holdEpoch[p] < known[p] -> open(p) /* stale */
            :: else -> gate[p] = HELD
            fi }
#ifndef BROKEN_HOLD_WITHOUT_LEASE
    :: atomic { gate[p] == HELD -> open(p) } /* the lease is over, or the drain is given up */
#endif
    :: atomic { known[p] < epoch ->
            if
            :: true -> learn(p, 1)
            :: true -> learn(p, 2)
            :: epoch == 3 -> learn(p, 3)
            fi }
    :: atomic { session[p] != NOWHERE && exchange[p] == NONE && mustLeave(p) -> session[p] = NOWHERE }
    :: atomic { session[p] != NOWHERE && exchange[p] == SENT -> cut(p) } /* by force, or because the proxy was killed */
    :: atomic { session[p] == NOWHERE && gate[p] != HELD && (takesClients(serverOf(known[p])) || entersAhead(p)) ->
            session[p] = serverOf(known[p])
#ifdef BROKEN_SEND_AGAIN
            ; exchange[p] = (exchange[p] == NONE -> NONE : SENT)
#endif
            }
    :: atomic { session[p] != NOWHERE && exchange[p] == NONE && !mustLeave(p) && writesLeft > 0 ->
            writesLeft--; exchange[p] = SENT }
    :: atomic { exchange[p] == EXECUTED -> exchange[p] = NONE; executed[p] = 0 } /* acknowledged */
    od
}

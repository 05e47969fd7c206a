/*
 * The orchestrator's table from HOLD to the end of the rollback window. Its state is stored with every step, so its
 * death is silence: what it had asked comes late, or is asked again by its next life. It gives up a pause whenever it
 * likes: because time is up, because something failed, or because somebody cancelled.
 */

/* A command may be on its way for as long as it likes. */
inline send(command, onServer) {
    if
    :: toReplication!command, onServer, attempt, reverse
    :: lateLeft > 0 -> lateLeft--; late!command, onServer, attempt, reverse
    fi
}

inline hold(p) {
    if
    :: gate[p] != HELD -> gate[p] = HOLD_COMING; holdEpoch[p] = expected
    :: gate[p] == HELD -> holdEpoch[p] = expected
    :: skip /* it misses it */
    fi
}

/* A hold that is coming may come after its release. */
inline release(p) {
    if
    :: gate[p] == HELD -> open(p)
    :: skip
    fi
}

/* Until the step's answer comes, or the step is given up. */
inline await(wanted) {
    do
    :: atomic { toOrchestrator?answer, number ->
            if
            :: answer == wanted && oldest <= number && number <= attempt -> number = 0; answer = NONE_YET; break
            :: else -> number = 0; answer = NONE_YET
            fi }
    :: goto undo
    od
}

/* There is no other way: it is asked for until it is confirmed. */
inline insist(command, onServer, wanted) {
    atomic { send(command, onServer) };
    do
    :: atomic { lateLeft > 0 -> lateLeft--; late!command, onServer, attempt, reverse } /* asked again */
    :: atomic { toOrchestrator?answer, number ->
            if
            :: answer == wanted && number == attempt -> number = 0; answer = NONE_YET; break
            :: else -> number = 0; answer = NONE_YET
            fi }
    od
}

proctype Orchestrator() {
    bool forward = true, window = false;
    byte from = A, expected = 1, attempt = 1, oldest = 1, number;
    bit reverse, fenceRecorded, reverseRecorded, reopenRecorded;
    mtype:answer answer = NONE_YET;

cutover:
    /* steps ADMIT and ARM, of a rollback */
    if
    :: forward -> skip
    :: !forward -> passage = 1
    fi;

    /* step HOLD */
    atomic { holdsLeft--; hold(0); hold(1) };

    /* step HAND_OVER */
    if
    :: forward -> window = true
    :: true -> window = false
    fi;
    atomic { fenceRecorded = 1; reverseRecorded = forward; reverse = window; send(HAND_OVER, from) };
    await(HANDED_OVER);
    reverse = 0;

#ifdef BROKEN_REOPEN_BEFORE_COMMIT
    if
    :: !forward -> atomic { reopenRecorded = 1; send(UNFENCE, other(from)) }; await(UNFENCED)
    :: forward -> skip
    fi;
#endif

    /* step COMMIT: never given up, asked until it is answered */
    toProvisioning!expected, attempt;
    do
    :: atomic { toOrchestrator?answer, number ->
            if
            :: answer == PUBLISHED && oldest <= number && number <= attempt -> number = 0; answer = NONE_YET; break
            :: answer == REFUSED && number == attempt -> number = 0; answer = NONE_YET; goto undo
            :: else -> number = 0; answer = NONE_YET
            fi }
    :: atomic { lateLeft > 0 -> lateLeft--; attempt++; toProvisioning!expected, attempt }
#ifdef BROKEN_ASSUMED_COMMIT
    :: goto undo
#endif
    od;

    /* From here there is only forward. That the proxies have opened is not waited for: their leases end. */
    atomic { fenceRecorded = 0; reverseRecorded = 0; reopenRecorded = 0 };
    if
    :: forward -> goto decision
    :: !forward ->
#ifndef BROKEN_REOPEN_BEFORE_COMMIT
        /* step REOPEN */
        insist(UNFENCE, other(from), UNFENCED);
#endif
        insist(STOP_REVERSE, A, REVERSE_STOPPED);
        removed[B] = 1;
        goto over
    fi;

undo:
    attempt++;
    reverse = 0;
    if
    :: reopenRecorded -> insist(FENCE, other(from), FENCED); reopenRecorded = 0
    :: else -> skip
    fi;
    /* undo UNFENCE */
    if
    :: fenceRecorded -> insist(UNFENCE, from, UNFENCED); fenceRecorded = 0
    :: else -> skip
    fi;
    /* undo RELEASE_TRAFFIC: that the proxies have opened is not waited for either */
    atomic { release(0); release(1) };
    /* undo STOP_REVERSE */
    if
    :: reverseRecorded -> insist(STOP_REVERSE, A, REVERSE_STOPPED); reverseRecorded = 0
    :: else -> skip
    fi;
    atomic { attempt++; oldest = attempt };
    if
    :: holdsLeft > 0 -> goto cutover
    :: forward -> flows[A] = 0; removed[B] = 1; goto over
    :: !forward -> skip
    fi;

decision: /* in the rollback window */
    if
    :: window && holdsLeft > 0 ->
        atomic { forward = false; from = B; expected = 2; attempt++; oldest = attempt };
        goto cutover
    :: true -> skip
    fi;
    insist(STOP_REVERSE, A, REVERSE_STOPPED);
    flows[A] = 0; removed[A] = 1;

over:
    finished = true
}

/* Brings the late commands, in their own time. */
proctype Network() {
    mtype:command command = NOTHING;
    byte server, attempt;
    bit reverse;
end:
    do
    :: atomic { nempty(late) && nfull(toReplication) ->
            late?command, server, attempt, reverse;
            toReplication!command, server, attempt, reverse;
            command = NOTHING; server = 0; attempt = 0; reverse = 0 }
    od
}

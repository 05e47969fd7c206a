/*
 * The replication service: one command at a time, an undo to its end, anything else until a newer command comes. It may
 * die between any two parts of a command; its next life begins the command anew.
 */
#define isUndo(command) ((command) == UNFENCE || (command) == STOP_REVERSE)

/* What was asked in an earlier attempt is not wanted any more. */
#ifdef BROKEN_LATE_COMMANDS
#define isLate(number) false
#else
#define isLate(number) ((number) < newest)
#endif

/* A fenced source is not the home any more. */
#ifdef BROKEN_FORWARD_AGAIN
#define mayFlowAgain true
#else
#define mayFlowAgain (!fenced[A])
#endif

#define handsOver(number) (work == HAND_OVER && part == number)

inline done() {
    work = NOTHING; server = 0; attempt = 0; reverse = 0; position = 0; part = 0; untouched = 0
}

inline tell(answer) {
    toOrchestrator!answer, attempt;
    done()
}

proctype Replication() {
    mtype:command work = NOTHING, kind = NOTHING;
    byte server, onServer, attempt, ofAttempt;
    bit reverse, withReverse;
    byte position; /* behind which no client's commit comes */
    byte newest; /* the highest attempt of all accepted commands */
    byte part; /* of the command that is done */
    bit untouched; /* nothing has come through the stream back */
end:
    do
    :: atomic { nempty(toReplication) && !isUndo(work) ->
            toReplication?kind, onServer, ofAttempt, withReverse;
            if
            :: isLate(ofAttempt) -> skip
            :: else ->
                newest = ofAttempt;
                work = kind; server = onServer; attempt = ofAttempt; reverse = withReverse; position = 0; part = 0
            fi;
            kind = NOTHING; onServer = 0; ofAttempt = 0; withReverse = 0 }
    :: atomic { part > 0 -> part = 0 }

    /* an earlier life has done it and died before it could tell */
    :: atomic { handsOver(0) && reverse && flows[B] && fenced[A] -> part = 5 }
#ifdef BROKEN_FENCE_AFTER_POSITION
    :: atomic { handsOver(0) && !(reverse && flows[B] && fenced[A]) -> position = commits[server]; part = 1 }
    :: atomic { handsOver(1) -> fenced[server] = 1; expel(server); part = 2 }
#else
    :: atomic { handsOver(0) && !(reverse && flows[B] && fenced[A]) -> fenced[server] = 1; part = 1 }
    :: atomic { handsOver(1) -> expel(server); position = commits[server]; part = 2 }
#endif
    :: atomic { handsOver(2) && !flows[server] && !flows[other(server)] -> flows[server] = 1 }
    :: atomic { handsOver(2) && flows[server] && applied[other(server)] >= position ->
            if
            :: reverse -> part = 3
            :: else -> part = 5
            fi }
    :: atomic { handsOver(3) -> flows[A] = 0; part = 4 }
    :: atomic { handsOver(4) ->
            assert(madeReverse || commits[B] == 0); /* what the stream back skips came from A */
            madeReverse = 1; flows[B] = 1; part = 5 }
    :: atomic { handsOver(5) -> tell(HANDED_OVER) }

#ifdef BROKEN_REOPEN_BEFORE_COMMIT
    :: atomic { work == FENCE -> fenced[server] = 1; expel(server); tell(FENCED) }
#endif
    :: atomic { work == UNFENCE -> fenced[server] = 0; tell(UNFENCED) }

    :: atomic { work == STOP_REVERSE && part == 0 ->
            untouched = !madeReverse || applied[A] == 0;
            madeReverse = 0; flows[B] = 0; part = 1 }
    :: atomic { work == STOP_REVERSE && part == 1 ->
            if
            :: untouched && mayFlowAgain -> assert(home == A); flows[A] = 1
            :: else -> skip
            fi;
            tell(REVERSE_STOPPED) }
    od
}

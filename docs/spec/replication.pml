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

inline done() {
    work = NOTHING; server = 0; attempt = 0; position = 0; part = 0; untouched = 0
}

inline tell(answer, value) {
    toOrchestrator!answer, attempt, value;
    done()
}

proctype Replication() {
    mtype:command work = NOTHING, kind = NOTHING;
    byte server, onServer, attempt, ofAttempt, position, toPosition;
    byte newest; /* the highest attempt of all accepted commands */
    byte part; /* of the command that is done */
    bit untouched; /* nothing has come through the stream back */
end:
    do
    :: atomic { nempty(toReplication) && !isUndo(work) ->
            toReplication?kind, onServer, ofAttempt, toPosition;
            if
            :: isLate(ofAttempt) -> skip
            :: else ->
                newest = ofAttempt;
                work = kind; server = onServer; attempt = ofAttempt; position = toPosition; part = 0
            fi;
            kind = NOTHING; onServer = 0; ofAttempt = 0; toPosition = 0 }
    :: atomic { part > 0 -> part = 0 }

#ifdef BROKEN_FENCE_AFTER_POSITION
    :: atomic { work == FENCE && part == 0 -> position = commits[server]; part = 1 }
    :: atomic { work == FENCE && part == 1 -> fenced[server] = 1; expel(server); tell(FENCED, position) }
#else
    :: atomic { work == FENCE && part == 0 -> fenced[server] = 1; part = 1 }
    :: atomic { work == FENCE && part == 1 -> expel(server); tell(FENCED, commits[server]) }
#endif

    :: atomic { work == UNFENCE -> fenced[server] = 0; tell(UNFENCED, 0) }

    :: atomic { work == FLUSH && !flows[server] && !flows[other(server)] -> flows[server] = 1 }
    :: atomic { work == FLUSH && flows[server] && applied[other(server)] >= position -> tell(CAUGHT_UP, 0) }

    :: atomic { work == REVERSE && part == 0 -> flows[A] = 0; part = 1 }
    :: atomic { work == REVERSE && part == 1 ->
            assert(madeReverse || commits[B] == 0); /* what the stream back skips came from A */
            madeReverse = 1; flows[B] = 1;
            tell(REVERSED, 0) }

    :: atomic { work == STOP_REVERSE && part == 0 ->
            untouched = !madeReverse || applied[A] == 0;
            madeReverse = 0; flows[B] = 0; part = 1 }
    :: atomic { work == STOP_REVERSE && part == 1 ->
            if
            :: untouched && mayFlowAgain -> assert(home == A); flows[A] = 1
            :: else -> skip
            fi;
            tell(REVERSE_STOPPED, 0) }
    od
}

/* What the two servers do by themselves: they commit what clients sent, and apply each other's commits. */

/* At any instant only the committed route's server takes writes. */
inline commit(server) {
    assert(server == home);
    commits[server]++
}

/* No exchange has its effect twice. */
inline execute(p) {
    assert(!executed[p]);
    executed[p] = 1; exchange[p] = EXECUTED;
    commit(session[p])
}

proctype Servers() {
end:
    do
    :: atomic { session[0] != NOWHERE && exchange[0] == SENT -> execute(0) }
    :: atomic { session[1] != NOWHERE && exchange[1] == SENT -> execute(1) }
    :: atomic { orphan[A] -> orphan[A] = 0; commit(A) }
    :: atomic { orphan[B] -> orphan[B] = 0; commit(B) }
    /* asynchronous, in commit order */
    :: atomic { flows[A] && applied[B] < commits[A] -> applied[B]++ }
    :: atomic { flows[B] && applied[A] < commits[B] -> applied[A]++ }
    od
}

/* Ends the client's session. Its statement has been committed by then or never will be. */
inline expelFrom(server, p) {
    if
    :: session[p] == server ->
        session[p] = NOWHERE;
#ifndef BROKEN_SEND_AGAIN
        fail(p)
#endif
    :: else -> skip
    fi
}

inline expel(server) {
    orphan[server] = 0;
    expelFrom(server, 0);
    expelFrom(server, 1)
}

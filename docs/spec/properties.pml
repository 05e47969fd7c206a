/*
 * When nothing can happen any more, the migration is over, nothing is held, and every client's session is on the one
 * server that serves. The other properties are assertions where they could break: one writer and exactly once
 * (servers), nothing lost (provisioning), nothing skipped and nothing sent round (replication).
 */
proctype Rest() {
    timeout;
    assert(finished);
    assert(!fenced[home] && !removed[home]);
    assert(epoch != 2 || applied[B] == commits[A]);
    assert(epoch != 3 || applied[A] == commits[B]);
    assert(fenced[other(home)] || removed[other(home)]);
    assert(gate[0] == OPEN && known[0] == epoch && session[0] == home && exchange[0] == NONE);
    assert(gate[1] == OPEN && known[1] == epoch && session[1] == home && exchange[1] == NONE)
}

init {
    atomic {
        flows[A] = 1;
        run Proxy(0);
        run Proxy(1);
        run Servers();
        run Replication();
        run Provisioning();
        run Orchestrator();
        run Network();
        run Rest()
    }
}

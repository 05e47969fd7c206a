/*
 * How a PostgreSQL server A, which leads and is fenced, and its standby B exchange their roles in the pause, and how that
 * is taken back. README.md says which class each part models and what is left out. Every interleaving is a run.
 */
#define A 0
#define B 1
#define other(server) (1 - (server))

/* How much may happen in one run. Nothing bounds when it happens. */
#ifndef CRASHES
#define CRASHES 2 /* of servers */
#endif
#ifndef DEATHS
#define DEATHS 2 /* of the provisioning service */
#endif
#ifndef ASKED
#define ASKED 2 /* times that the exchange is asked for */
#endif
#define WRITES 2 /* of clients, when they are let in again */

/* What provisioning keeps in its database. */
bit follows[2]; /* the server is recorded to follow the other one */
bit home = A;

/* The servers' processes and disks. */
bit up[2] = 1;
bit standby[2]; /* as it was started last; a promotion takes it away */
bit clean[2]; /* it led when it was stopped, and was not killed */
bit gone[2]; /* its data was thrown away */
byte end[2]; /* how far its log goes */
byte timeline[2] = 1;
byte branch[2]; /* where its timeline left the one before */
byte holds[2]; /* the clients' writes it has */

#define leads(server) (up[server] && !standby[server])
/* A standby can go on with its leader's log only if it has none of its own. */
#define fits(follower, leader)                                                                                         \
    (timeline[follower] == timeline[leader]                                                                            \
     || (timeline[follower] + 1 == timeline[leader] && end[follower] <= branch[leader]))
#define streams(follower) (up[follower] && standby[follower] && leads(other(follower)) && fits(follower, other(follower)))

bit made; /* all this is so: B follows A */

/* The clients of the server that is home. */
bit letIn;
byte acknowledged;
byte writesLeft = WRITES;

/* One thread at a time makes, starts or removes a server; who dies gives the locks back. */
bit locked;

mtype:command = { EXCHANGE, RESTORE };
chan work = [4] of { mtype:command }; /* outlives provisioning; one at a time, in order */
mtype:answer = { EXCHANGED, FAILED, RESTORED };
chan toOrchestrator = [4] of { mtype:answer };
bit finished;

byte crashesLeft = CRASHES;
byte deathsLeft = DEATHS;

/* By its record, whoever starts it. */
inline start(server) {
    up[server] = 1;
    clean[server] = 0;
    standby[server] = follows[server];
    assert(!(leads(A) && leads(B)));
}

inline receive(follower) {
    branch[follower] = branch[other(follower)];
    timeline[follower] = timeline[other(follower)];
    end[follower] = end[other(follower)];
    holds[follower] = holds[other(follower)]
}

/* A leader that stops waits for its standby to have everything, for a while. */
inline stop(server) {
    if
    :: leads(server) ->
        end[server]++;
        clean[server] = 1;
        if
        :: up[other(server)] && standby[other(server)] && fits(other(server), server) -> receive(other(server))
        :: true
        fi
    :: else
    fi;
    up[server] = 0
}

#define mayDie                                                                                                         \
    if                                                                                                                 \
    :: true                                                                                                            \
    :: deathsLeft > 0 -> atomic { deathsLeft--; locked = 0 }; goto begun                                               \
    fi

/* server.RoleExchange */
active proctype Provisioning() {
    mtype:command asked;

begun:
    do
    :: work ? [asked] -> /* it stays there until it is done */
        atomic { !locked -> locked = 1; work ? <asked> };
        if
        :: asked == EXCHANGE ->
            if
            :: follows[A] && !follows[B] -> goto exchanged
            :: else
            fi;
            atomic {
                if
                :: home == A && follows[B] && streams(B)
                :: true -> goto failed /* where that is not so, or clients may not be held any more */
                fi
            };
            mayDie;
#ifndef BROKEN_RECORDED_AFTERWARDS
            follows[A] = 1;
            mayDie;
#endif
            atomic { stop(A) };
            mayDie;
            atomic {
                if
                :: clean[A] && !standby[A] && end[B] >= end[A] && up[B]
#ifdef BROKEN_END_NOT_AWAITED
                :: up[B]
#endif
                :: else -> goto failed
                fi
            };
            mayDie;
            atomic {
                if
                :: up[B] && standby[B] ->
                    standby[B] = 0;
                    timeline[B]++;
                    branch[B] = end[B];
                    end[B]++;
                    assert(!leads(A))
                :: up[B] && !standby[B]
                :: else -> goto failed
                fi
            };
            mayDie;
#ifdef BROKEN_RECORDED_AFTERWARDS
            follows[A] = 1;
#endif
            follows[B] = 0;
            mayDie;
exchanged:
            atomic { toOrchestrator ! EXCHANGED; work ? asked; locked = 0 };
            goto begun;
failed:
            atomic { toOrchestrator ! FAILED; work ? asked; locked = 0 }
        :: asked == RESTORE ->
            if
            :: home == B || !follows[A] -> goto restored
            :: else
            fi;
            /* One transaction; a route is published in another. */
            atomic {
                if
                :: home == A -> follows[B] = 1
                :: else -> goto restored
                fi
            };
            mayDie;
            atomic {
                stop(B);
                if
                :: !standby[B] -> gone[B] = 1
#ifndef BROKEN_PROMOTION_UNSEEN
                :: standby[B] && timeline[B] > timeline[A] -> gone[B] = 1
#endif
                :: else
                fi
            };
            mayDie;
            if
            :: standby[A] -> atomic { stop(A) }
            :: else
            fi;
            mayDie;
            follows[A] = 0;
            mayDie;
            atomic {
                if
                :: !up[A] -> start(A)
                :: else
                fi
            };
restored:
            atomic { toOrchestrator ! RESTORED; work ? asked; locked = 0 }
        fi
    od
}

/* server.ServerHealth; it starts what has died, if nobody else is at it. */
active proctype Health() {
    do
    :: atomic { made && !locked && !up[A] && !gone[A] -> start(A) }
    :: atomic { made && !locked && !up[B] && !gone[B] -> start(B) }
    od
}

active proctype Servers() {
    do
    :: atomic { streams(A) && end[A] != end[B] -> receive(A) }
    :: atomic { streams(B) && end[B] != end[A] -> receive(B) }
    :: atomic { made && crashesLeft > 0 && up[A] -> crashesLeft--; up[A] = 0; clean[A] = 0 }
    :: atomic { made && crashesLeft > 0 && up[B] -> crashesLeft--; up[B] = 0; clean[B] = 0 }
    od
}

/* The gate leads to the server that is home. */
active proctype Clients() {
    do
    :: atomic {
        writesLeft > 0 && letIn && leads(home) ->
        assert(!leads(other(home)));
        writesLeft--;
        end[home]++;
        holds[home] = holds[home] | (1 << writesLeft);
        acknowledged = acknowledged | (1 << writesLeft)
    }
    od
}

/* saga.MigrationSaga and saga.Unwind from EXCHANGE on. */
active proctype Orchestrator() {
    byte asked = ASKED;
    mtype:answer answer;

    atomic { follows[B] = 1; standby[B] = 1; made = 1 };
    do
    :: asked > 0 -> asked--; work ! EXCHANGE
    :: toOrchestrator ? answer ->
        if
        :: answer == EXCHANGED -> break
        :: answer == FAILED -> goto undo
        fi
    :: asked < ASKED -> goto undo /* the pause is over */
    od;

    /* target.RoutePublishing */
    atomic { assert(!follows[B]); home = B };
    letIn = 1;
    goto over;

undo:
    work ! RESTORE;
    do
    :: toOrchestrator ? answer ->
        if
        :: answer == RESTORED -> break
        :: else
        fi
    od;
    letIn = 1;
#ifdef BROKEN_LATE_EXCHANGE
    if
    :: asked > 0 -> asked--; work ! EXCHANGE
    :: else
    fi;
#endif
over:
    finished = 1;
    do
    :: toOrchestrator ? answer
    od
}

/* When nothing can happen any more. */
active proctype Rest() {
    timeout ->
    assert(finished);
    assert(leads(home));
    assert((acknowledged & ~holds[home]) == 0);
    assert(!leads(other(home)));
    /* The other one follows, or is to be made anew. */
    assert(gone[other(home)] || streams(other(home)))
}

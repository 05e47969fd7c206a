/* What there is, and how much of it. */

#define A 0
#define B 1
#define NOWHERE 2
#define other(server) (1 - (server))

/* How much may happen in one run. Nothing bounds when it happens. */
#ifndef WRITES
#define WRITES 2 /* that clients send */
#endif
#ifndef HOLDS
#define HOLDS 2 /* attempts at a cutover, over move and rollback */
#endif
#ifndef LATE
#define LATE 1 /* commands that come again, or only after as long as it takes to do harm */
#endif

/* The route: the truth that provisioning keeps. Its epoch tells its server. */
byte epoch = 1;
#define serverOf(number) ((number) == 2 -> B : A)
#define home serverOf(epoch)

/* The servers. */
bit fenced[2]; /* refuses new clients */
bit removed[2]; /* its database is dropped */
bit orphan[2]; /* runs a statement whose client is gone */
byte commits[2]; /* of clients */
byte applied[2]; /* how many of the other server's commits it has */
bit flows[2]; /* the stream that leads away from it is enabled */
bit madeReverse; /* the stream back is there, with the memory of what came through it */

/* The proxies: each has one client session, on a server or on none. */
mtype:gate = { OPEN, HOLD_COMING, HELD };
mtype:gate gate[2] = OPEN;
byte holdEpoch[2]; /* of the hold that is coming or there */
byte known[2] = 1; /* the newest route it has seen */
byte session[2] = NOWHERE;
mtype:exchange = { NONE, SENT, EXECUTED };
mtype:exchange exchange[2] = NONE;
bit executed[2]; /* the present exchange has had its effect */
byte writesLeft = WRITES;

/* Proxies may have connections to the fenced old server that were opened ahead of the rollback. That they are closed when
   it is given up nobody relies on. */
bit passage;

/* Messages carry the attempt. */
mtype:command = { HAND_OVER, FENCE, UNFENCE, STOP_REVERSE, NOTHING };
chan toReplication = [2] of { mtype:command, byte /* server */, byte /* attempt */, bit /* with the stream back */ };
chan late = [1] of { mtype:command, byte, byte, bit };
chan toProvisioning = [2] of { byte /* expected epoch */, byte /* attempt */ };
mtype:answer = { HANDED_OVER, FENCED, UNFENCED, REVERSE_STOPPED, PUBLISHED, REFUSED, NONE_YET };
chan toOrchestrator = [3] of { mtype:answer, byte /* attempt */ };

byte lateLeft = LATE;
byte holdsLeft = HOLDS;
bool finished = false;

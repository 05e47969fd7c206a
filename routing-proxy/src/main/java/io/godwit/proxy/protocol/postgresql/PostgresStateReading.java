package io.godwit.proxy.protocol.postgresql;

import io.godwit.proxy.protocol.postgresql.PostgresDeparture.Purpose;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Attached;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Attaching;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Capturing;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Closed;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Detached;
import io.godwit.proxy.protocol.postgresql.PostgresSessionState.Kept;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads an idle session's state from its server, and does what that is for: the session leaves its server, rehearses
 * that, or lends its connection. Confined to the session's event loop.
 */
final class PostgresStateReading implements PostgresDeparture.Listener {
    private final PostgresServerSide serverSide;
    private final PostgresServers servers;
    private final PostgresSessionClient client;
    private final PostgresRelay relay;
    private final PostgresServerSideOwner owner;
    private final PostgresLending lending;
    private final PostgresRehearsal rehearsal = new PostgresRehearsal();
    private @Nullable Consumer<@Nullable PostgresPin> inspection;
    private @Nullable Known known;

    /**
     * What a session was found to have, and has for as long as it runs nothing more.
     *
     * @param exchange when the last one began that it had run then
     */
    private record Known(PostgresCarriedState state, long exchange) {}

    PostgresStateReading(
            PostgresServerSide serverSide,
            PostgresServers servers,
            PostgresSessionClient client,
            PostgresRelay relay,
            PostgresServerSideOwner owner,
            PostgresLending lending) {
        this.serverSide = serverSide;
        this.servers = servers;
        this.client = client;
        this.relay = relay;
        this.owner = owner;
        this.lending = lending;
    }

    PostgresRehearsal rehearsal() {
        return rehearsal;
    }

    /**
     * Reads the session's state as soon as nothing runs, as if it were to leave its server, and gives it to the connection
     * that was opened ahead. When the gate closes, the same has been done once and costs less, and the next server has
     * most of it.
     *
     * @param over runs when it is done, or can't be
     */
    void rehearse(Runnable over) {
        rehearsal.end();
        if (!(serverSide.state() instanceof Attached) || !serverSide.gateIsOpenToServer()) {
            over.run();
            return;
        }
        // What was in the way when the session was inspected may have gone.
        serverSide.unpin();
        rehearsal.want(over);
        owner.onProgress();
    }

    /** What is still to be rehearsed is not. */
    void endRehearsal() {
        boolean waited = rehearsal.isWanted();
        rehearsal.end();
        if (waited && serverSide.state() instanceof Attached && serverSide.gateIsOpenToServer()) {
            owner.onAttached();
        }
    }

    /**
     * Reads the session's state as if it were to leave its server, if nothing runs or is about to be cancelled; what it is
     * found to have is forgotten.
     *
     * @param told called once with what keeps the session there, null if nothing does
     * @return false if something runs or is about to be cancelled
     */
    boolean inspect(Consumer<@Nullable PostgresPin> told) {
        switch (serverSide.state()) {
            case Capturing _ -> {
                return false;
            }
            case Attached(var backend) -> {
                if (!relay.atRest() || lending.cancels()) {
                    return false;
                }
                if (serverSide.gateIsOpen()) {
                    serverSide.unpin();
                    inspection = told;
                    read(backend, Purpose.INSPECT);
                } else {
                    told.accept(serverSide.foundPin());
                }
            }
            case Attaching _, Kept _, Detached _, Closed _ -> told.accept(null);
        }
        return true;
    }

    /** Tells what was found, if somebody waits for that. */
    void endInspection() {
        Consumer<@Nullable PostgresPin> told = inspection;
        inspection = null;
        if (told != null) {
            told.accept(serverSide.foundPin());
        }
    }

    void start(PostgresBackend backend, Purpose purpose) {
        owner.onLeaving();
        PostgresCarriedState unchanged = purpose == Purpose.LEAVE ? unchangedState() : null;
        if (unchanged == null) {
            read(backend, purpose);
        } else {
            departure(backend, purpose).startWith(unchanged);
        }
    }

    /** @return null if the session may have more, or something else, by now */
    private @Nullable PostgresCarriedState unchangedState() {
        Known last = known;
        return last != null && last.exchange() == relay.exchange().startedAt() ? last.state() : null;
    }

    /**
     * Tells what an idle session had on a connection that is gone.
     *
     * @return null if that is not sure, or notifications may have been missed
     */
    @Nullable
    PostgresCarriedState stateOfLost() {
        PostgresCarriedState unchanged = unchangedState();
        return unchanged == null || unchanged.isFeltByOthers() ? lending.stateOfLost() : unchanged;
    }

    private void read(PostgresBackend backend, Purpose purpose) {
        departure(backend, purpose).start();
    }

    private PostgresDeparture departure(PostgresBackend backend, Purpose purpose) {
        known = null;
        PostgresDeparture departure = new PostgresDeparture(backend, relay.watch(), servers, purpose, this);
        serverSide.capturing(backend, purpose == Purpose.LEND, departure);
        // A slow reader on the client's side may have stopped it.
        backend.channel().config().setAutoRead(true);
        return departure;
    }

    @Override
    public void onReady(PostgresCarriedState carried) {
        if (!(serverSide.state() instanceof Capturing(var backend, long reached, boolean lends, var _))) {
            servers.forget(carried);
            return;
        }
        rehearsal.end();
        boolean gateIsOpen = serverSide.gateIsOpenTo(reached);
        if (lends && gateIsOpen) {
            lending.hand(backend, carried);
            return;
        }
        lending.end();
        if (gateIsOpen) {
            if (!carried.locks().isEmpty()) {
                // The connection that was opened ahead may have them, too, and they are not to be had twice.
                servers.disarm();
            }
            servers.forget(carried);
            serverSide.goOnWith(backend, reached);
            return;
        }
        relay.watch().onStateRead();
        client.remember(backend.parameters());
        if (carried.isFeltByOthers()) {
            serverSide.keep(backend, carried);
        } else {
            backend.terminate();
            serverSide.leave(new Detached(carried));
        }
    }

    @Override
    public void onRehearsed(PostgresCarriedState carried) {
        if (!(serverSide.state() instanceof Capturing(var backend, long reached, var _, var _))) {
            servers.forget(carried);
            return;
        }
        if (inspection == null) {
            rehearsal.read();
            // Locks are to be counted at the switch; tables would take room until then.
            known = carried.locks().isEmpty() && carried.temporaryTables().isEmpty()
                    ? new Known(carried, relay.exchange().startedAt())
                    : null;
            servers.bringAhead(backend, carried.lasting(), () -> {
                servers.forget(carried);
                rehearsal.end();
            });
        } else {
            servers.forget(carried);
            endInspection();
        }
        serverSide.goOnWith(backend, reached);
    }

    @Override
    public void onPinned(String reason) {
        if (!(serverSide.state() instanceof Capturing(var backend, long reached, boolean lends, var _))) {
            return;
        }
        if (lends) {
            // A move may be able to carry it all the same.
            lending.decline();
            serverSide.goOnWith(backend, reached);
            return;
        }
        rehearsal.read();
        serverSide.pin(PostgresPin.now(reason));
        endInspection();
        serverSide.goOnWith(backend, reached);
        rehearsal.end();
    }

    @Override
    public void onLost(@Nullable PostgresError error) {
        if (!(serverSide.state() instanceof Capturing(var backend, var _, var _, var _))) {
            return;
        }
        lending.end();
        if (relay.watch().dirty()) {
            owner.end(error == null ? PostgresError.terminated() : error);
        } else {
            client.remember(backend.parameters());
            serverSide.leave(new Detached(relay.watch().clean()));
        }
    }

    @Override
    public void onBroken(PostgresError error) {
        owner.end(error);
    }

    @Override
    public void onNotification(ByteBuf body) {
        client.notification(body);
    }
}

package io.godwit.provisioning.target;

import io.godwit.events.ProvisioningEvent.StandbyProgressed;
import io.godwit.events.StepRef;
import io.godwit.provisioning.engine.Engines;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.engine.Standbys;
import io.godwit.provisioning.registry.Server;
import io.godwit.provisioning.registry.ServerRepository;
import io.godwit.provisioning.registry.Transactions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Looks at copies of whole servers while they are made: tells how far they are, and ends those that nobody wants any more. */
@Component
class StandbyWatches {
    private static final Logger LOG = LoggerFactory.getLogger(StandbyWatches.class);

    private final ServerRepository servers;
    private final Engines engines;
    private final DiscardedTargets discarded;
    private final ProvisioningEvents events;
    private final Transactions transactions;

    StandbyWatches(
            ServerRepository servers,
            Engines engines,
            DiscardedTargets discarded,
            ProvisioningEvents events,
            Transactions transactions) {
        this.servers = servers;
        this.engines = engines;
        this.discarded = discarded;
        this.events = events;
        this.transactions = transactions;
    }

    StandbyWatch begin(StepRef step, String standbyId) {
        return new StandbyWatch("standby-watch-" + standbyId, (before, nanos) -> look(step, standbyId, before, nanos));
    }

    /**
     * @param before how many bytes there were at the last look
     * @param nanos since then
     * @return how many there are now
     */
    private long look(StepRef step, String standbyId, long before, long nanos) {
        try {
            Optional<Server> leader =
                    servers.findById(standbyId).map(Server::follows).flatMap(servers::findById);
            return leader.isEmpty() ? before : look(step, leader.get(), standbyId, before, nanos);
        } catch (ProvisioningException | DataAccessException | TransactionException e) {
            LOG.atDebug()
                    .setMessage("Could not look at the copy of a server")
                    .addKeyValue("server", standbyId)
                    .setCause(e)
                    .log();
            return before;
        }
    }

    private long look(StepRef step, Server leader, String standbyId, long before, long nanos) {
        Standbys standbys = engines.standbys(leader.engine()).orElseThrow();
        if (Boolean.TRUE.equals(transactions.call(() -> discarded.isLate(step)))) {
            standbys.endCopy(leader.access(), standbyId);
            return before;
        }
        Optional<Standbys.CopyState> state = standbys.copyState(leader.access(), standbyId);
        if (state.isEmpty()) {
            return before;
        }
        long bytes = state.get().bytes();
        long total = Math.max(state.get().total(), bytes);
        double percent = total == 0 ? 0 : 100.0 * bytes / total;
        long rate = nanos == 0 ? 0 : Math.round((bytes - before) * 1e9 / nanos);
        transactions.run(() -> events.send(step, new StandbyProgressed(step, percent, bytes, Math.max(rate, 0))));
        return bytes;
    }
}

package io.godwit.provisioning.target;

import io.godwit.events.Failure;
import io.godwit.events.ProvisioningCommand;
import io.godwit.events.ProvisioningCommand.DiscardTarget;
import io.godwit.events.ProvisioningCommand.ExchangeRoles;
import io.godwit.events.ProvisioningCommand.InspectStandby;
import io.godwit.events.ProvisioningCommand.PlanTarget;
import io.godwit.events.ProvisioningCommand.PrepareStandby;
import io.godwit.events.ProvisioningCommand.PrepareTarget;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningCommand.RehearseRoute;
import io.godwit.events.ProvisioningCommand.RestoreRoles;
import io.godwit.events.ProvisioningCommand.RetireSource;
import io.godwit.events.ProvisioningEvent;
import io.godwit.events.ProvisioningEvent.DatabasePrepared;
import io.godwit.events.ProvisioningEvent.ExchangeFailed;
import io.godwit.events.ProvisioningEvent.PreparationFailed;
import io.godwit.events.ProvisioningEvent.RolesExchanged;
import io.godwit.events.ProvisioningEvent.RolesRestored;
import io.godwit.processes.LocalProcessException;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.provisioning.registry.Transactions;
import io.godwit.provisioning.server.RoleExchange;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** Does one piece of work and answers it. Removals are tried until they are done: nobody else would. */
@Component
class WorkRunner {
    private static final Logger LOG = LoggerFactory.getLogger(WorkRunner.class);
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final int MOST_DOUBLINGS = 5;

    private final TargetPreparation preparation;
    private final StandbyPreparation standbys;
    private final RoleExchange roles;
    private final TargetRemoval removal;
    private final RouteRehearsal rehearsal;
    private final WorkTable table;
    private final ProvisioningEvents events;
    private final Transactions transactions;

    WorkRunner(
            TargetPreparation preparation,
            StandbyPreparation standbys,
            RoleExchange roles,
            TargetRemoval removal,
            RouteRehearsal rehearsal,
            WorkTable table,
            ProvisioningEvents events,
            Transactions transactions) {
        this.preparation = preparation;
        this.standbys = standbys;
        this.roles = roles;
        this.removal = removal;
        this.rehearsal = rehearsal;
        this.table = table;
        this.events = events;
        this.transactions = transactions;
    }

    /** @param stopping whether the service stops; its next life then does the work */
    void run(Work work, BooleanSupplier stopping) throws InterruptedException {
        for (int attempt = 0; !stopping.getAsBoolean(); attempt++) {
            try {
                conclude(work, perform(work, stopping));
                return;
            } catch (RuntimeException e) {
                if (!stopping.getAsBoolean()) {
                    LOG.atError()
                            .setMessage("Work could not be done, trying again")
                            .addKeyValue("command", work.name())
                            .addKeyValue("migration", work.command().step().migrationId())
                            .addKeyValue("attempt", attempt + 1)
                            .setCause(e)
                            .log();
                }
            }
            Thread.sleep(FIRST_WAIT.multipliedBy(1L << Math.min(attempt, MOST_DOUBLINGS)));
        }
    }

    private Conclusion perform(Work work, BooleanSupplier stopping) {
        return switch (work.command()) {
            case PrepareTarget prepare -> prepare(prepare, () -> preparation.prepare(prepare), stopping);
            case PrepareStandby prepare -> prepare(prepare, () -> standbys.prepare(prepare), stopping);
            case InspectStandby inspect -> standbys.inspect(inspect);
            case ExchangeRoles exchange -> exchange(exchange, stopping);
            case RestoreRoles restore -> {
                roles.restore(restore.from(), restore.to());
                yield () -> new RolesRestored(restore.step());
            }
            case DiscardTarget discard -> removal.discard(discard);
            case RetireSource retire -> removal.retire(retire);
            case PlanTarget _, RehearseRoute _, PublishRoute _ ->
                throw new IllegalStateException(work.name() + " is no work; expected it to be answered at once");
        };
    }

    private static Conclusion prepare(
            ProvisioningCommand command, Supplier<Conclusion> preparation, BooleanSupplier stopping) {
        try {
            return preparation.get();
        } catch (DataAccessException | TransactionException e) {
            // Our own database is away: what is true of the target is not known.
            throw e;
        } catch (ProvisioningException e) {
            return failed(command, e.failure(), e, stopping);
        } catch (RuntimeException e) {
            Failure failure = new Failure(
                    "INTERNAL_ERROR", "The target could not be prepared: " + e.getMessage(), Failure.Kind.INTERNAL);
            return failed(command, failure, e, stopping);
        }
    }

    private static Conclusion failed(
            ProvisioningCommand command, Failure failure, RuntimeException cause, BooleanSupplier stopping) {
        if (stopping.getAsBoolean()) {
            // It failed because its connections were taken away, which says nothing about the target.
            throw cause;
        }
        LOG.atWarn()
                .setMessage("A target could not be prepared")
                .addKeyValue("database", command.step().databaseId())
                .addKeyValue("migration", command.step().migrationId())
                .addKeyValue("code", failure.code())
                .setCause(cause)
                .log();
        return () -> new PreparationFailed(command.step(), failure);
    }

    private Conclusion exchange(ExchangeRoles command, BooleanSupplier stopping) {
        try {
            roles.exchange(command.from(), command.to(), command.heldUntil());
            return () -> new RolesExchanged(command.step());
        } catch (ProvisioningException e) {
            if (stopping.getAsBoolean()) {
                throw e;
            }
            return () -> new ExchangeFailed(command.step(), e.failure());
        }
    }

    /** Takes up what nobody waits for. */
    private void afterwards(Work work, ProvisioningEvent event) {
        if (event instanceof DatabasePrepared prepared) {
            rehearsal.rehearse(prepared);
        } else if (event instanceof RolesExchanged && work.command() instanceof ExchangeRoles exchanged) {
            startStandby(exchanged.from());
        }
    }

    /** Whoever watches the servers starts it, too, if this fails. */
    private void startStandby(String serverId) {
        try {
            roles.startStandby(serverId);
        } catch (ProvisioningException | LocalProcessException | UncheckedIOException e) {
            LOG.atWarn()
                    .setMessage("A server that has handed its role over could not be started as a standby")
                    .addKeyValue("server", serverId)
                    .setCause(e)
                    .log();
        }
    }

    private void conclude(Work work, Conclusion conclusion) {
        ProvisioningEvent event = transactions.call(() -> {
            ProvisioningEvent concluded = conclusion.conclude();
            events.send(work.command().step(), concluded);
            table.delete(work);
            return concluded;
        });
        afterwards(work, event);
    }
}

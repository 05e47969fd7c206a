package io.godwit.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.events.MigrationEvent;
import io.godwit.events.MigrationEventType;
import io.godwit.events.MigrationPhase;
import io.godwit.events.MigrationStatus;
import io.godwit.events.ProvisioningCommand.PlanTarget;
import io.godwit.events.ProvisioningCommand.PrepareTarget;
import io.godwit.events.ProvisioningEvent.DatabasePrepared;
import io.godwit.events.ProvisioningEvent.TargetRefused;
import io.godwit.events.StepRef;
import io.godwit.events.TargetRequest;
import io.godwit.messaging.DirectPublisher;
import io.godwit.messaging.OutboundRecord;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A tenant whose databases migrate: asks the service what the orchestrator would, and waits for the answer. */
final class MigratingTenant {
    private final String tenant;
    private final ProvisioningFixture service;
    private final ReceivedMessages received;

    MigratingTenant(String tenant, ProvisioningFixture service, ReceivedMessages received) throws Exception {
        this.tenant = tenant;
        this.service = service;
        this.received = received;
        service.createTenant(tenant);
    }

    /** Creates the database that the migration moves. */
    StepRef migration(String name, String migrationId) throws Exception {
        return migration(EngineId.POSTGRESQL, name, migrationId);
    }

    StepRef migration(EngineId engine, String name, String migrationId) throws Exception {
        assertThat(service.createDatabase(engine, tenant, name, "shared").status())
                .isEqualTo(201);
        return new StepRef(migrationId, new DatabaseId(tenant, name), 1);
    }

    PlacedDatabase prepare(StepRef step, TargetRequest request) throws Exception {
        service.send(new PrepareTarget(step, request));
        return received.await(DatabasePrepared.class, DatabasePrepared::step, step, 1)
                .getFirst()
                .target();
    }

    /** @return the code with which a plan is refused */
    String refusal(StepRef step, TargetRequest request) throws Exception {
        int before =
                received.answers(TargetRefused.class, TargetRefused::step, step).size();
        service.send(new PlanTarget(step, request));
        return received.await(TargetRefused.class, TargetRefused::step, step, before + 1)
                .getLast()
                .failure()
                .code();
    }

    /** Says how a migration goes on, as the orchestrator does to everybody. */
    void publish(StepRef step, long sequence, MigrationStatus status) throws Exception {
        MigrationEvent event = new MigrationEvent(
                step.migrationId(),
                step.databaseId(),
                EngineId.POSTGRESQL,
                sequence,
                MigrationEventType.PHASE_CHANGED,
                status,
                MigrationPhase.INITIAL_SYNC,
                null,
                null,
                null,
                null,
                null,
                null,
                Instant.now());
        service.bean(DirectPublisher.class)
                .send(OutboundRecord.migrationEvent(event))
                .get(30, TimeUnit.SECONDS);
    }

    String path(String name) {
        return "/api/v1/tenants/" + tenant + "/databases/" + name;
    }

    /** @return the id of the server where the database lives */
    String home(String name) throws Exception {
        return service.placement(tenant, name).server().serverId();
    }

    /** Everywhere the database is: {@code HOME on srv_…}. */
    List<String> placements(String name) throws Exception {
        return service.get("/internal/v1/databases/" + tenant + "/" + name + "/placements")
                .body()
                .valueStream()
                .map(entry -> entry.path("state").stringValue() + " on "
                        + entry.at("/placement/server/serverId").stringValue())
                .toList();
    }

    long epoch(String name) throws Exception {
        return service.get("/internal/v1/databases/" + tenant + "/" + name)
                .body()
                .path("epoch")
                .longValue();
    }
}

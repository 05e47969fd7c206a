package io.godwit.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.Tier;
import io.godwit.events.ProvisioningCommand.ExchangeRoles;
import io.godwit.events.ProvisioningCommand.PrepareStandby;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningEvent.DatabasePrepared;
import io.godwit.events.ProvisioningEvent.RolesExchanged;
import io.godwit.events.ProvisioningEvent.RoutePublished;
import io.godwit.events.StepRef;
import io.godwit.events.TargetRequest;
import java.sql.SQLException;
import java.time.Instant;

/** The steps in which a tenant's dedicated servers move as a whole; each of their databases has the table {@code kept}. */
final class WholeServerMoves {
    static final TargetRequest DEDICATED = new TargetRequest(Tier.DEDICATED, null, null);
    static final Instant HELD_UNTIL = Instant.parse("9999-01-01T00:00:00Z");
    static final String ROWS = "SELECT count(*) FROM kept";

    private final String tenant;
    private final ProvisioningFixture service;
    private final ReceivedMessages received;

    WholeServerMoves(String tenant, ProvisioningFixture service, ReceivedMessages received) {
        this.tenant = tenant;
        this.service = service;
        this.received = received;
    }

    /** A database with a row on a server of its own. */
    StepRef dedicated(String name, String migration) throws Exception {
        assertThat(service.createDatabase(tenant, name, "dedicated").status()).isEqualTo(201);
        PlacedDatabase home = service.placement(tenant, name);
        OnServer.run(home, "CREATE TABLE kept (n int)");
        write(home);
        return new StepRef(migration, new DatabaseId(tenant, name), 1);
    }

    /** One row more. */
    static void write(PlacedDatabase database) throws SQLException {
        OnServer.run(database, "INSERT INTO kept VALUES (1)");
    }

    PlacedDatabase prepare(StepRef step) throws Exception {
        service.send(new PrepareStandby(step, DEDICATED));
        return received.await(DatabasePrepared.class, DatabasePrepared::step, step, 1)
                .getFirst()
                .target();
    }

    void exchange(StepRef step, PlacedDatabase from, PlacedDatabase to) throws Exception {
        service.send(
                new ExchangeRoles(step, from.server().serverId(), to.server().serverId(), HELD_UNTIL));
        received.await(RolesExchanged.class, RolesExchanged::step, step, 1);
    }

    /** @param expectedEpoch the epoch of the route until then */
    void publish(StepRef step, long expectedEpoch, PlacedDatabase target) throws Exception {
        service.send(new PublishRoute(step, expectedEpoch, target.server().serverId()));
        received.await(RoutePublished.class, RoutePublished::step, step, 1);
    }
}

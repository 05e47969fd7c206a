package io.godwit.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.Tier;
import io.godwit.events.ProvisioningCommand.PublishRoute;
import io.godwit.events.ProvisioningCommand.RehearseRoute;
import io.godwit.events.ProvisioningEvent.RehearsalRefused;
import io.godwit.events.ProvisioningEvent.RoutePublished;
import io.godwit.events.ProvisioningEvent.RouteRefused;
import io.godwit.events.ProvisioningEvent.RouteRehearsed;
import io.godwit.events.StepRef;
import io.godwit.events.TargetRequest;
import io.godwit.testing.Eventually;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RouteRehearsalIT {
    private static final TargetRequest DEDICATED = new TargetRequest(Tier.DEDICATED, null, null);

    private static ProvisioningFixture service;
    private static ReceivedMessages received;
    private static MigratingTenant umbrella;

    @BeforeAll
    static void start() throws Exception {
        service = new ProvisioningFixture(Map.of());
        received = new ReceivedMessages();
        umbrella = new MigratingTenant("umbrella", service, received);
    }

    @AfterAll
    static void stop() throws Exception {
        received.close();
        service.close();
    }

    @Test
    void aCommitIsGoneThroughAndNothingOfItIsSeenUntilItIsDone() throws Exception {
        StepRef step = umbrella.migration("rehearsed", "mig_rehearsed");
        String home = umbrella.home("rehearsed");
        String target = umbrella.prepare(step, DEDICATED).server().serverId();

        service.send(new RehearseRoute(step, 1, target));
        received.await(RouteRehearsed.class, RouteRehearsed::step, step, 1);
        assertThat(umbrella.epoch("rehearsed")).isEqualTo(1);
        assertThat(umbrella.home("rehearsed")).isEqualTo(home);

        service.send(new PublishRoute(step, 1, target));
        assertThat(received.await(RoutePublished.class, RoutePublished::step, step, 1))
                .extracting(RoutePublished::epoch)
                .containsExactly(2L);
        assertThat(received.routesOf("umbrella/rehearsed").stream().flatMap(Optional::stream))
                .filteredOn(route -> route.epoch() == 2)
                .hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void aCommitThatWouldBeRefusedIsNamedAndNotTakenForOneThatWas() throws Exception {
        StepRef step = umbrella.migration("barred", "mig_barred");
        String target = umbrella.prepare(step, DEDICATED).server().serverId();

        service.send(new RehearseRoute(step, 7, target));
        service.send(new RehearseRoute(step, 1, "srv_unknown"));

        assertThat(received.await(RehearsalRefused.class, RehearsalRefused::step, step, 2))
                .extracting(refused -> refused.failure().code())
                .containsExactly("ROUTE_EPOCH_STALE", "TARGET_NOT_PREPARED");
        service.send(new PublishRoute(step, 1, target));
        received.await(RoutePublished.class, RoutePublished::step, step, 1);
        assertThat(received.answers(RouteRefused.class, RouteRefused::step, step))
                .isEmpty();
    }

    @Test
    void aServiceThatIsToldToStopStaysForTheCommitItHasPromised() throws Exception {
        StepRef step = umbrella.migration("awaited", "mig_awaited");
        String target = umbrella.prepare(step, DEDICATED).server().serverId();
        service.send(new RehearseRoute(step, 1, target));
        received.await(RouteRehearsed.class, RouteRehearsed::step, step, 1);

        CompletableFuture<Void> restart =
                CompletableFuture.runAsync(() -> service.restartAfter(() -> awaitCommit(step)));
        Eventually.await("the service is told to stop", ProvisioningFixture.LONG, service::isStopping);
        Eventually.stays("the service is there", Duration.ofSeconds(2), service::isThere);
        service.send(new PublishRoute(step, 1, target));

        restart.join();
    }

    private static void awaitCommit(StepRef step) {
        try {
            received.await(RoutePublished.class, RoutePublished::step, step, 1);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.godwit.cli.migrations;

import io.godwit.cli.api.ApiClient;
import io.godwit.cli.api.ApiPaths;
import io.godwit.cli.api.ApiProblem;
import io.godwit.cli.api.EventStream;
import io.godwit.cli.api.Patience;
import io.godwit.cli.api.PlatformUnreachable;
import io.godwit.cli.api.ServerSentEvent;
import io.godwit.cli.output.Fields;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Follows a migration until it settles. Events say when to look; the migration's own state says what is so. So a missed
 * event, a broken connection or a platform that restarts costs a moment and never the result.
 */
public final class MigrationWatch {
    /** How long to go without a look when no event arrives. */
    private static final Duration LOOK = Duration.ofSeconds(2);
    /** Events arrive in bursts during the initial sync; one look serves them all. */
    private static final Duration AT_MOST_EVERY = Duration.ofMillis(200);
    /** The state is seen before the event that tells of it has travelled through the broker. */
    private static final Duration LAST_EVENTS = Duration.ofMillis(500);

    private final ApiClient api;
    private final Patience patience;
    private final InstantSource clock;

    /** @param patience with a platform that can't answer in between or at first */
    public MigrationWatch(ApiClient api, Patience patience, InstantSource clock) {
        this.api = api;
        this.patience = patience;
        this.clock = clock;
    }

    /**
     * @param onEvent gets each event once, in order
     * @param onLook gets each state that was seen
     * @return the migration as it settled
     * @throws IllegalArgumentException if the id is none
     * @throws PlatformUnreachable if the platform stays unreachable for longer than the patience
     * @throws ApiProblem if it answers only with errors of its own for as long, or refuses to show the migration
     */
    public MigrationView untilSettled(String id, Consumer<ServerSentEvent> onEvent, Consumer<MigrationView> onLook)
            throws InterruptedException {
        if (id.isBlank() || id.equals(Fields.NOTHING)) {
            throw new IllegalArgumentException("the platform named no migration id; expected one to follow");
        }
        Optional<MigrationView> first = look(id);
        while (first.isEmpty()) {
            Thread.sleep(LOOK);
            first = look(id);
        }
        MigrationView view = first.get();
        onLook.accept(view);
        if (view.settled()) {
            return view;
        }
        try (EventStream events = api.events(ApiPaths.migration(id) + "/events")) {
            while (true) {
                Optional<ServerSentEvent> event = events.next(LOOK);
                event.ifPresent(onEvent);
                if (event.isPresent()) {
                    drain(events, AT_MOST_EVERY, onEvent);
                }
                Optional<MigrationView> seen = look(id);
                if (seen.isEmpty()) {
                    continue;
                }
                view = seen.get();
                onLook.accept(view);
                if (view.settled()) {
                    drain(events, LAST_EVENTS, onEvent);
                    return view;
                }
            }
        }
    }

    private void drain(EventStream events, Duration time, Consumer<ServerSentEvent> onEvent)
            throws InterruptedException {
        Instant end = clock.instant().plus(time);
        for (Duration left = time; left.isPositive(); left = Duration.between(clock.instant(), end)) {
            events.next(left).ifPresent(onEvent);
        }
    }

    private Optional<MigrationView> look(String id) {
        return patience.ask(() -> new MigrationView(api.get(ApiPaths.migration(id))));
    }
}

package io.godwit.orchestrator.saga;

import io.godwit.events.ProxyEvent.DrainCompleted;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.events.ProxyEvent.TrafficReleased;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the cutover.
 *
 * @param firstHoldAt when the first attempt began to hold clients; the drain timeout runs from there
 * @param holdAt when the present attempt began to hold them
 * @param attempts how often clients were held
 * @param forced how many of these cut what still ran
 * @param forceNext whether the next attempt does
 * @param proxies that were asked to hold in the present attempt
 * @param releases every opening of a gate, once per proxy, attempt and epoch
 * @param drains every completed drain, once per proxy and attempt
 * @param pins sessions that can't move
 * @param ownTime from the hold to the last release of the attempt that committed
 */
public record Cutover(
        @Nullable Instant firstHoldAt,
        @Nullable Instant holdAt,
        int attempts,
        int forced,
        boolean forceNext,
        Set<String> proxies,
        List<TrafficReleased> releases,
        List<DrainCompleted> drains,
        PinnedSessions pins,
        @Nullable Duration ownTime) {
    static final Cutover NONE =
            new Cutover(null, null, 0, 0, false, Set.of(), List.of(), List.of(), PinnedSessions.NONE, null);

    public Cutover {
        // A migration that was stored before there were any has none.
        pins = Objects.requireNonNullElse(pins, PinnedSessions.NONE);
    }

    /** A hold begins. */
    Cutover held(Instant now, Set<String> live) {
        return new Cutover(
                firstHoldAt == null ? now : firstHoldAt,
                now,
                attempts + 1,
                forceNext ? forced + 1 : forced,
                forceNext,
                live,
                releases,
                drains,
                pins,
                ownTime);
    }

    /** When the present attempt is given up unless it has committed; every client is held for certain until then. */
    Instant heldUntil(Terms terms) {
        return Objects.requireNonNull(holdAt, "no attempt to hold clients").plus(terms.maxPause());
    }

    /** What comes now has a drain timeout of its own. */
    Cutover withNewDrainTimeout() {
        return new Cutover(null, holdAt, attempts, 0, false, proxies, releases, drains, pins, ownTime);
    }

    Cutover forcing(boolean force) {
        return new Cutover(firstHoldAt, holdAt, attempts, forced, force, proxies, releases, drains, pins, ownTime);
    }

    Cutover released(TrafficReleased release) {
        boolean known = releases.stream().anyMatch(other -> isSame(release, other));
        return known
                ? this
                : new Cutover(
                        firstHoldAt,
                        holdAt,
                        attempts,
                        forced,
                        forceNext,
                        proxies,
                        Stream.concat(releases.stream(), Stream.of(release)).toList(),
                        drains,
                        pins,
                        ownTime);
    }

    /** A proxy that is asked again repeats the numbers of its last hold, perhaps under the number of the new question. */
    private static boolean isSame(TrafficReleased release, TrafficReleased other) {
        boolean sameNumbers = other.heldExchanges() == release.heldExchanges()
                && other.longestHoldMicros() == release.longestHoldMicros();
        return other.proxyId().equals(release.proxyId())
                && other.epoch() == release.epoch()
                && (sameNumbers || other.step().attempt() == release.step().attempt());
    }

    Cutover drained(DrainCompleted drain) {
        boolean known = drains.stream()
                .anyMatch(other -> other.proxyId().equals(drain.proxyId())
                        && other.step().attempt() == drain.step().attempt());
        return known
                ? this
                : new Cutover(
                        firstHoldAt,
                        holdAt,
                        attempts,
                        forced,
                        forceNext,
                        proxies,
                        releases,
                        Stream.concat(drains.stream(), Stream.of(drain)).toList(),
                        pins.drained(drain),
                        ownTime);
    }

    /** @param sessions all that can't move at that proxy */
    Cutover pinned(String proxyId, List<PinnedSession> sessions) {
        return new Cutover(
                firstHoldAt,
                holdAt,
                attempts,
                forced,
                forceNext,
                proxies,
                releases,
                drains,
                pins.heard(proxyId, sessions),
                ownTime);
    }

    Cutover done(Instant now) {
        Duration took = holdAt == null ? null : Duration.between(holdAt, now);
        return new Cutover(firstHoldAt, holdAt, attempts, forced, forceNext, proxies, releases, drains, pins, took);
    }

    /** A rollback has attempts and a drain timeout of its own; what clients felt is kept. */
    Cutover startedAnew() {
        return new Cutover(null, null, 0, 0, false, Set.of(), releases, drains, PinnedSessions.NONE, ownTime);
    }

    boolean hasReleased(String proxyId, long epoch) {
        return releases.stream().anyMatch(release -> release.proxyId().equals(proxyId) && release.epoch() >= epoch);
    }

    /** The longest time one exchange was held; null while no gate was opened again. */
    public @Nullable Long pauseMillis() {
        if (releases.isEmpty()) {
            return null;
        }
        long micros = releases.stream()
                .mapToLong(TrafficReleased::longestHoldMicros)
                .max()
                .orElse(0);
        return Math.ceilDiv(micros, 1000L);
    }

    public long heldExchanges() {
        return releases.stream().mapToLong(TrafficReleased::heldExchanges).sum();
    }

    public long cutExchanges() {
        return drains.stream().mapToLong(DrainCompleted::cut).sum();
    }
}

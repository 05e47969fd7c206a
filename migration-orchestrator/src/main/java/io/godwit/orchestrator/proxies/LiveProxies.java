package io.godwit.orchestrator.proxies;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The routing proxies that were heard of lately. Kept in memory: heartbeats make it anew after a start. */
@Component
public class LiveProxies {
    /** Heartbeats come every second; after this long each live proxy has been heard. */
    private static final Duration LISTEN_FIRST = Duration.ofSeconds(3);

    private static final Duration SILENCE = Duration.ofSeconds(5);

    /** When all are silent at once, the reason may be one of their surroundings: it takes longer to believe that. */
    private static final Duration COMMON_SILENCE = Duration.ofSeconds(15);

    /** After this long without a word from the broker the deaf one is this service. */
    private static final Duration DEAF = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final Map<String, Instant> heard = new HashMap<>();
    private @Nullable Instant listeningSince;
    private Instant upToDate = Instant.MIN;

    public LiveProxies(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Who is alive now.
     *
     * @param known false while a live proxy may not have been heard yet
     */
    public record Census(Set<String> live, boolean known) {}

    /** To be called again and again, as long as everything is heard that is said. */
    public synchronized void upToDate() {
        Instant now = clock.instant();
        if (isDeaf(now)) {
            // What they said meanwhile, if anything, was for nobody.
            heard.replaceAll((_, _) -> now);
            listeningSince = now;
        }
        upToDate = now;
    }

    public synchronized void heard(String proxyId) {
        heard.put(proxyId, clock.instant());
    }

    public synchronized void stopped(String proxyId) {
        heard.remove(proxyId);
    }

    public synchronized Census census() {
        Instant now = clock.instant();
        boolean listenedLongEnough = listeningSince != null && !now.isBefore(listeningSince.plus(LISTEN_FIRST));
        Set<String> live = new HashSet<>(heard.keySet());
        live.removeIf(proxy -> isGone(proxy, now));
        boolean commonSilence = !live.isEmpty() && live.stream().allMatch(proxy -> isSilent(proxy, now, SILENCE));
        return new Census(Set.copyOf(live), listenedLongEnough && !isDeaf(now) && !commonSilence);
    }

    /** Forgets the proxies that are gone. */
    public synchronized Set<String> removeGone() {
        Instant now = clock.instant();
        Set<String> gone = new HashSet<>(heard.keySet());
        gone.removeIf(proxy -> !isGone(proxy, now));
        heard.keySet().removeAll(gone);
        return gone;
    }

    private boolean isGone(String proxyId, Instant now) {
        boolean othersAreHeard = heard.keySet().stream().anyMatch(other -> !isSilent(other, now, SILENCE));
        return !isDeaf(now) && isSilent(proxyId, now, othersAreHeard ? SILENCE : COMMON_SILENCE);
    }

    private boolean isDeaf(Instant now) {
        return upToDate.isBefore(now.minus(DEAF));
    }

    private boolean isSilent(String proxyId, Instant now, Duration silence) {
        Instant last = heard.get(proxyId);
        return last == null || !now.isBefore(last.plus(silence));
    }
}

package io.godwit.gateway.stream;

import io.godwit.gateway.GatewayProperties;
import io.godwit.gateway.token.Tokens;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** The streams that are being followed: so many for each token, and no longer than it is valid. */
@Component
class EventStreams {
    private final int perToken;
    private final Tokens tokens;
    private final Map<String, Set<EventStream>> byToken = new HashMap<>();

    EventStreams(GatewayProperties properties, Tokens tokens) {
        this.perToken = properties.eventStreamsPerToken();
        this.tokens = tokens;
    }

    int perToken() {
        return perToken;
    }

    /** Empty if the token follows as many as it may; else to be {@linkplain #close closed}. */
    synchronized Optional<EventStream> open(String tokenId) {
        Set<EventStream> streams = byToken.computeIfAbsent(tokenId, first -> new HashSet<>());
        if (streams.size() >= perToken) {
            return Optional.empty();
        }
        EventStream stream = new EventStream(tokenId);
        streams.add(stream);
        return Optional.of(stream);
    }

    synchronized void close(EventStream stream) {
        byToken.computeIfPresent(stream.tokenId(), (token, streams) -> {
            streams.remove(stream);
            return streams.isEmpty() ? null : streams;
        });
    }

    /** A request is authenticated when it comes; this one has not ended since. */
    @Scheduled(fixedDelayString = "PT2S")
    void endThoseOfInvalidTokens() {
        Set<String> invalid = following();
        if (invalid.isEmpty()) {
            return;
        }
        invalid.removeAll(tokens.validAmong(invalid));
        invalid.stream().flatMap(token -> of(token).stream()).forEach(EventStream::end);
    }

    private synchronized Set<String> following() {
        return new HashSet<>(byToken.keySet());
    }

    private synchronized List<EventStream> of(String tokenId) {
        return List.copyOf(byToken.getOrDefault(tokenId, Set.of()));
    }
}

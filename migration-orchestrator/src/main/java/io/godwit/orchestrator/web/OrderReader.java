package io.godwit.orchestrator.web;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Tier;
import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.events.TargetRequest;
import io.godwit.orchestrator.migration.MigrationProperties;
import io.godwit.orchestrator.migration.Migrations.Order;
import io.godwit.orchestrator.saga.FallbackPolicy;
import io.godwit.orchestrator.saga.Terms;
import io.godwit.rest.ProblemException;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Checks what was asked for and fills in what was left open. */
@Component
class OrderReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");
    private static final long LEAST_PAUSE = 100;
    private static final long MOST_PAUSE = 60_000;
    private static final long MOST_DRAIN = 3_600_000;
    private static final Duration MOST_WINDOW = Duration.ofDays(30);

    private final MigrationProperties defaults;

    OrderReader(MigrationProperties defaults) {
        this.defaults = defaults;
    }

    /** Everything of an order that can be checked without asking anyone. */
    record Checked(TargetRequest request, Terms terms) {
        Order order(DatabaseId databaseId, EngineId engine, String requestedBy) {
            return new Order(databaseId, engine, requestedBy, request, terms);
        }
    }

    /** @throws ProblemException 422 naming the field, its value and what was expected */
    Checked read(MigrationRequest body) {
        TargetRequest request =
                new TargetRequest(tier(body.to()), name("region", body.region()), name("server", body.server()));
        Duration maxPause = millis("maxPauseMs", body.maxPauseMs(), LEAST_PAUSE, MOST_PAUSE, defaults.maxPause());
        Terms terms = new Terms(
                maxPause,
                millis("drainTimeoutMs", body.drainTimeoutMs(), 0, MOST_DRAIN, defaults.drainTimeout()),
                onDrainTimeout(body.onDrainTimeout()),
                fallback(body.fallback()),
                // A pause that somebody has limited is limited whatever the way.
                body.maxPauseMs() == null ? defaults.maxRestorePause() : maxPause,
                window(body.rollbackWindow()),
                defaults.maxLag(),
                defaults.lagSamples(),
                defaults.syncAttempts());
        return new Checked(request, terms);
    }

    private static Tier tier(@Nullable String to) {
        if (to == null) {
            throw invalid("to", null, "shared or dedicated");
        }
        try {
            return Tier.of(to);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(422, "UNKNOWN_TIER", String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable String name(String field, @Nullable String value) {
        if (value != null && !NAME.matcher(value).matches()) {
            throw invalid(field, value, "1 to 63 letters, digits, dots, hyphens or underscores");
        }
        return value;
    }

    private static Duration millis(String field, @Nullable Long value, long least, long most, Duration otherwise) {
        if (value == null) {
            return otherwise;
        }
        if (value < least || value > most) {
            throw invalid(field, value, least + " to " + most + " milliseconds");
        }
        return Duration.ofMillis(value);
    }

    private OnDrainTimeout onDrainTimeout(@Nullable String value) {
        if (value == null) {
            return defaults.onDrainTimeout();
        }
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "FORCE" -> OnDrainTimeout.FORCE;
            case "ABORT" -> OnDrainTimeout.ABORT;
            default -> throw invalid("onDrainTimeout", value, "FORCE or ABORT");
        };
    }

    private Duration window(@Nullable String value) {
        if (value == null) {
            return defaults.rollbackWindow();
        }
        String expected = "a duration from 0s to 30d, such as 24h, 30m or PT1H";
        Duration window = Durations.read(value).orElseThrow(() -> invalid("rollbackWindow", value, expected));
        if (window.isNegative() || window.compareTo(MOST_WINDOW) > 0) {
            throw invalid("rollbackWindow", value, expected);
        }
        return window;
    }

    private FallbackPolicy fallback(@Nullable String value) {
        if (value == null) {
            return defaults.fallback();
        }
        return switch (value.toUpperCase(Locale.ROOT)) {
            case "AUTOMATIC" -> FallbackPolicy.AUTOMATIC;
            case "NEVER" -> FallbackPolicy.NEVER;
            default -> throw invalid("fallback", value, "NEVER or AUTOMATIC");
        };
    }

    private static ProblemException invalid(String field, @Nullable Object value, String expected) {
        String was = value == null ? "is missing" : "'" + value + "' is invalid";
        return new ProblemException(422, "VALIDATION_FAILED", field + " " + was + "; expected " + expected);
    }
}

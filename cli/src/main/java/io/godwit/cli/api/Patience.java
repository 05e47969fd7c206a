package io.godwit.cli.api;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Bears with a platform that can't answer for a while, for those who wait for something that goes on meanwhile: it is
 * unreachable, answers with a server's error (500 and above) or wants to be asked less often (429). For one wait; not
 * safe for use by several threads.
 */
public final class Patience {
    private static final int TOO_MANY_REQUESTS = 429;

    private final Duration longest;
    private final InstantSource clock;
    private final Consumer<String> onOutage;
    private Instant answered;
    private boolean out;

    /**
     * @param longest how long an outage is borne, counted from now or the last answer
     * @param onOutage told what is wrong, once each time that answers cease
     */
    public Patience(Duration longest, InstantSource clock, Consumer<String> onOutage) {
        this.longest = longest;
        this.clock = clock;
        this.onOutage = onOutage;
        this.answered = clock.instant();
    }

    /**
     * @param question throws what {@link ApiClient} throws
     * @return the answer; empty if the platform can't give one now and is to be asked again
     * @throws PlatformUnreachable if there has been none for too long
     * @throws ApiProblem likewise, or at once if the platform refuses the question itself
     */
    public <T> Optional<T> ask(Supplier<T> question) {
        try {
            T answer = question.get();
            answered = clock.instant();
            out = false;
            return Optional.of(answer);
        } catch (PlatformUnreachable e) {
            bear(e);
        } catch (ApiProblem e) {
            if (e.status() < 500 && e.status() != TOO_MANY_REQUESTS) {
                throw e;
            }
            bear(e);
        }
        return Optional.empty();
    }

    private void bear(RuntimeException outage) {
        if (clock.instant().isAfter(answered.plus(longest))) {
            throw outage;
        }
        if (!out) {
            out = true;
            onOutage.accept(String.valueOf(outage.getMessage()));
        }
    }
}

package io.godwit.launcher.demo.endurance;

import io.godwit.engines.Tier;
import java.util.SplittableRandom;

/**
 * Where the database goes next: mostly to the other tier, often to another server of the same one. A new dedicated server is
 * made for each move; a shared one is the emptiest other than the one it leaves.
 */
final class Itinerary {
    /** Of the moves that leave a shared server, one in so many ends on another shared one. */
    private static final int SHARED_AGAIN = 4;

    private final SplittableRandom random;

    Itinerary(long seed) {
        random = new SplittableRandom(seed);
    }

    Tier next(Tier from) {
        return switch (from) {
            case SHARED -> random.nextInt(SHARED_AGAIN) == 0 ? Tier.SHARED : Tier.DEDICATED;
            case DEDICATED -> random.nextBoolean() ? Tier.DEDICATED : Tier.SHARED;
        };
    }
}

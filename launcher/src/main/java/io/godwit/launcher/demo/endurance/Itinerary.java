package io.godwit.launcher.demo.endurance;

import io.godwit.engines.Tier;
import java.util.SplittableRandom;

/** Where the database goes next: from a shared server to a dedicated one, from there to another one or back. */
final class Itinerary {
    private final SplittableRandom random;

    Itinerary(long seed) {
        random = new SplittableRandom(seed);
    }

    Tier next(Tier from) {
        return from == Tier.SHARED || random.nextBoolean() ? Tier.DEDICATED : Tier.SHARED;
    }
}

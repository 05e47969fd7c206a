package io.godwit.launcher.demo.engine.redis;

import java.util.SplittableRandom;

/** What is written beside the ledger's entries: mostly short, now and then so long that it does not fit one packet. */
final class Payloads {
    private static final int SHORT = 200;
    private static final int LONG = 200_000;
    private static final int ONE_IN = 100;

    private final SplittableRandom random;

    Payloads(long seed) {
        random = new SplittableRandom(seed);
    }

    String next() {
        return "x".repeat(random.nextInt(ONE_IN) == 0 ? LONG : random.nextInt(SHORT));
    }
}

package io.godwit.launcher.demo;

import io.godwit.engines.Tier;

/**
 * What a demo is to show.
 *
 * @param to the tier that the database moves to; it starts on the other one
 * @param rows that the database is filled with
 * @param clients that write and read meanwhile
 * @param keep whether the database stays for a look at it
 */
public record DemoOptions(Tier to, long rows, int clients, boolean keep) {
    Tier from() {
        return to == Tier.DEDICATED ? Tier.SHARED : Tier.DEDICATED;
    }
}

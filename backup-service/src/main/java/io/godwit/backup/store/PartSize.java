package io.godwit.backup.store;

import org.springframework.util.unit.DataSize;

/** How large the parts of an upload are: as small as the store's limit of 10,000 parts allows. */
final class PartSize {
    private static final DataSize SMALLEST = DataSize.ofMegabytes(8);
    /** Leaves room for archives that are larger than the estimate. */
    private static final long PARTS_AIMED_AT = 4_000;
    /** One part is held in memory. */
    private static final DataSize LARGEST = DataSize.ofMegabytes(256);

    private PartSize() {}

    static int forArchive(DataSize estimate) {
        long needed = estimate.toBytes() / PARTS_AIMED_AT;
        return (int) Math.clamp(needed, SMALLEST.toBytes(), LARGEST.toBytes());
    }
}

package io.godwit.backup.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class PartSizeTest {

    @Test
    void aSmallArchiveNeedsLittleMemory() {
        assertThat(PartSize.forArchive(DataSize.ofBytes(0))).isEqualTo(8 << 20);
    }

    @Test
    void aLargeArchiveFitsIntoTenThousandPartsWithRoomToSpare() {
        long estimate = DataSize.ofGigabytes(600).toBytes();
        assertThat(PartSize.forArchive(DataSize.ofBytes(estimate)) * 10_000L).isGreaterThan(2 * estimate);
    }

    @Test
    void memoryIsBoundedForAnySize() {
        assertThat(PartSize.forArchive(DataSize.ofTerabytes(100))).isEqualTo(256 << 20);
    }
}

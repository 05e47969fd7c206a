package io.godwit.backup.restoration;

import io.godwit.backup.catalog.Backup;
import io.godwit.backup.catalog.BackupRepository;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import java.time.Duration;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/** Foretells how long a move by backup and restore holds its clients, by the pace of earlier backups. */
@Component
class MoveEstimate {
    /** Where nothing was measured: what two cores and an ordinary disk do. */
    private static final DataSize ASSUMED_PER_SECOND = DataSize.ofMegabytes(20);

    /** Restoring and comparing take about as long as the backup each. */
    private static final int BACKUPS = 3;

    /** Drain, fence and commit. */
    private static final Duration REST = Duration.ofSeconds(2);

    private final BackupRepository backups;

    MoveEstimate(BackupRepository backups) {
        this.backups = backups;
    }

    Duration pause(EngineId engine, DatabaseId database, long bytes) {
        long perSecond = backups.findMeasured(engine, database.tenant(), database.name(), Limit.of(1)).stream()
                .mapToLong(Backup::measuredBytesPerSecond)
                .findFirst()
                .orElse(ASSUMED_PER_SECOND.toBytes());
        return REST.plusMillis(BACKUPS * bytes * 1000 / perSecond);
    }
}

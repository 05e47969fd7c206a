package io.godwit.backup.retention;

import io.godwit.backup.catalog.GoneDatabase;
import io.godwit.backup.catalog.GoneDatabaseRepository;
import io.godwit.backup.placement.Placements;
import io.godwit.engines.DatabaseId;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Finds out what keeps a database's backups. The newest of one that was deleted are kept as long as any backup from the
 * moment that is noticed: the deletion may have been a mistake. Safety backups are kept while the migration that they were
 * taken for can still be taken back.
 */
@Component
class KeepingGrounds {
    private static final Set<String> ON_THE_MOVE = Set.of("PREPARED", "FORMER");

    private final Placements placements;
    private final GoneDatabaseRepository gone;
    private final RetentionProperties properties;

    KeepingGrounds(Placements placements, GoneDatabaseRepository gone, RetentionProperties properties) {
        this.placements = placements;
        this.gone = gone;
        this.properties = properties;
    }

    /** @throws io.godwit.rest.ProblemException if the provisioning service can't be asked */
    Keeping of(DatabaseId database, Instant now) {
        Optional<Set<String>> states = placements.states(database);
        if (states.isEmpty()) {
            Instant noticed = gone.findById(database.toString())
                    .orElseGet(() -> gone.save(new GoneDatabase(database, now)))
                    .noticedAt();
            return new Keeping(!noticed.plus(properties.keepFor()).isBefore(now), false);
        }
        forget(database);
        return new Keeping(true, !Collections.disjoint(states.get(), ON_THE_MOVE));
    }

    /** Should a database of this name be deleted another time, its backups are kept anew. */
    void forget(DatabaseId database) {
        gone.findById(database.toString()).ifPresent(gone::delete);
    }
}

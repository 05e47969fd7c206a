package io.godwit.orchestrator.migration;

import io.godwit.events.ProxyCommand.OnDrainTimeout;
import io.godwit.orchestrator.saga.FallbackPolicy;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What holds for a migration unless its request says otherwise.
 *
 * @param maxPause how long one attempt may hold clients until the commit point
 * @param drainTimeout how long attempts are repeated before {@code onDrainTimeout} decides
 * @param fallback what happens where the database can't be moved by replication
 * @param maxRestorePause how long a move by backup and restore may hold clients, unless the request says how long any
 *     pause may be
 * @param rollbackWindow zero keeps no way back
 * @param maxLag under which the target counts as caught up
 * @param lagSamples how many samples in a row must be under it
 * @param syncAttempts how often the way to the cutover is tried
 * @param preflightTimeout how long a dry run waits for its findings
 */
@ConfigurationProperties("godwit.migrations")
public record MigrationProperties(
        @DefaultValue("2s") Duration maxPause,
        @DefaultValue("60s") Duration drainTimeout,
        @DefaultValue("force") OnDrainTimeout onDrainTimeout,
        @DefaultValue("automatic") FallbackPolicy fallback,
        @DefaultValue("15m") Duration maxRestorePause,
        @DefaultValue("1h") Duration rollbackWindow,
        @DefaultValue("500ms") Duration maxLag,
        @DefaultValue("3") int lagSamples,
        @DefaultValue("3") int syncAttempts,
        @DefaultValue("30s") Duration preflightTimeout) {}

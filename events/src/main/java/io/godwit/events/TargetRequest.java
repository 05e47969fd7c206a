package io.godwit.events;

import io.godwit.engines.Tier;
import org.jspecify.annotations.Nullable;

/**
 * Where a migration is to lead.
 *
 * @param region null keeps the database's region
 * @param serverId a certain server; null lets provisioning choose or make one
 */
public record TargetRequest(
        Tier to, @Nullable String region, @Nullable String serverId) {}

package io.godwit.events;

import io.godwit.engines.Tier;
import org.jspecify.annotations.Nullable;

/**
 * Where provisioning would put the database.
 *
 * @param serverId the existing server that was chosen; null if a new one will be made
 * @param engineVersion the engine version of the target, as far as it is known before the server is made
 */
public record TargetPlan(Tier tier, String region, @Nullable String serverId, String provider, String engineVersion) {}

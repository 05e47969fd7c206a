package io.godwit.orchestrator.saga;

import java.time.Instant;
import java.util.Set;

/**
 * What a decision must know besides the migration.
 *
 * @param liveProxies that were heard of lately
 * @param proxiesKnown false for a short time after the start, when a live proxy may not have been heard yet
 */
public record Surroundings(Instant now, Set<String> liveProxies, boolean proxiesKnown) {}

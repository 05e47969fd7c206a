/**
 * The contract between the services. Commands are imperative and go to one service; events are in the past tense and
 * go to whoever listens. A released message never changes its meaning; the next one gets a new version.
 */
@NullMarked
package io.godwit.events;

import org.jspecify.annotations.NullMarked;

/** Provisions Redis servers, and databases that are processes of their own on them. */
@NullMarked
package io.godwit.provisioning.engine.redis;

import org.jspecify.annotations.NullMarked;

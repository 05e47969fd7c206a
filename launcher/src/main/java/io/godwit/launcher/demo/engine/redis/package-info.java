/** The demo's shop on Redis. */
@NullMarked
package io.godwit.launcher.demo.engine.redis;

import org.jspecify.annotations.NullMarked;

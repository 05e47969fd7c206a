@NullMarked
package io.godwit.engines.redis;

import org.jspecify.annotations.NullMarked;

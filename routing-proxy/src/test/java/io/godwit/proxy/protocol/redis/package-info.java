@NullMarked
package io.godwit.proxy.protocol.redis;

import org.jspecify.annotations.NullMarked;

/** How Godwit's services connect to Redis servers, and what the users there may do. */
@NullMarked
package io.godwit.engines.redis;

import org.jspecify.annotations.NullMarked;

/** Redis' wire protocol, RESP2 and RESP3: login, commands and replies, sessions and how they go from server to server. */
@NullMarked
package io.godwit.proxy.protocol.redis;

import org.jspecify.annotations.NullMarked;

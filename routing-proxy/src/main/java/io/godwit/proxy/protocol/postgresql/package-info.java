/** PostgreSQL's frontend/backend protocol 3: logins on both sides, opaque frames between them, sessions that can move. */
@NullMarked
package io.godwit.proxy.protocol.postgresql;

import org.jspecify.annotations.NullMarked;

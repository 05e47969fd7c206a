/** Tests with real servers. */
@NullMarked
package io.godwit.replication.engine.postgresql;

import org.jspecify.annotations.NullMarked;

/** What every engine promises, and what its tests share. */
@NullMarked
package io.godwit.replication.engine;

import org.jspecify.annotations.NullMarked;

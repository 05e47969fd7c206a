/** The replication service: copies a database, follows its changes, proves the copy right and fences the source. */
@NullMarked
package io.godwit.replication;

import org.jspecify.annotations.NullMarked;

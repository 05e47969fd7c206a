/** What the replication service needs of an engine; nothing here knows which engine it is. */
@NullMarked
package io.godwit.replication.engine;

import org.jspecify.annotations.NullMarked;

/** Moves one database of a PostgreSQL server by logical replication: publication, slot and subscription per stream. */
@NullMarked
package io.godwit.replication.engine.postgresql;

import org.jspecify.annotations.NullMarked;

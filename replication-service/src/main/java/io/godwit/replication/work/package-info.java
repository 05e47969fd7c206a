/** Commands as durable work: accepted in the inbox's transaction, run one at a time per database, answered once. */
@NullMarked
package io.godwit.replication.work;

import org.jspecify.annotations.NullMarked;

/** Tests of the service's own records. */
@NullMarked
package io.godwit.replication.work;

import org.jspecify.annotations.NullMarked;

/** Tests of the whole service, with a real broker. */
@NullMarked
package io.godwit.replication;

import org.jspecify.annotations.NullMarked;

/** What was changed on servers, written down before it is changed. */
@NullMarked
package io.godwit.replication.record;

import org.jspecify.annotations.NullMarked;

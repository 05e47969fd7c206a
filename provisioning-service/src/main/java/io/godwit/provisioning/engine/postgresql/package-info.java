/** Provisions PostgreSQL servers and databases. */
@NullMarked
package io.godwit.provisioning.engine.postgresql;

import org.jspecify.annotations.NullMarked;

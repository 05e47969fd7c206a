/** How Godwit's services connect to PostgreSQL servers. */
@NullMarked
package io.godwit.engines.postgresql;

import org.jspecify.annotations.NullMarked;

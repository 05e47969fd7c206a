/** The demo's shop on PostgreSQL: schema, rows, client sessions and how to read them back. */
@NullMarked
package io.godwit.launcher.demo.engine.postgresql;

import org.jspecify.annotations.NullMarked;

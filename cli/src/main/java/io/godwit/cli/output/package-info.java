/** What people and machines see: tables, progress, numbers with units. */
@NullMarked
package io.godwit.cli.output;

import org.jspecify.annotations.NullMarked;

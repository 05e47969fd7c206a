/** {@code godwit migrate} and {@code godwit migrations …}, with live progress. */
@NullMarked
package io.godwit.cli.migrations;

import org.jspecify.annotations.NullMarked;

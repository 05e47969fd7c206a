/** {@code godwit databases …} */
@NullMarked
package io.godwit.cli.databases;

import org.jspecify.annotations.NullMarked;

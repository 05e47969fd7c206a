/** {@code godwit token …} and {@code godwit login}. */
@NullMarked
package io.godwit.cli.tokens;

import org.jspecify.annotations.NullMarked;

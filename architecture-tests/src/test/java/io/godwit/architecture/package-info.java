/** Rules that hold over all modules. Each failure says why the rule exists and what to do. */
@NullMarked
package io.godwit.architecture;

import org.jspecify.annotations.NullMarked;

/** {@code godwit demo}: moves a database under live traffic and proves that nobody noticed. */
@NullMarked
package io.godwit.launcher.demo;

import org.jspecify.annotations.NullMarked;

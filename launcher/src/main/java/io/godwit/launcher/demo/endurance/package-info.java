/** Many moves of one database in a row, under load. */
@NullMarked
package io.godwit.launcher.demo.endurance;

import org.jspecify.annotations.NullMarked;

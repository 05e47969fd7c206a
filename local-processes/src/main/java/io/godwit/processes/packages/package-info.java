/** Programs out of the distribution's packages, unpacked without root's rights. */
@NullMarked
package io.godwit.processes.packages;

import org.jspecify.annotations.NullMarked;

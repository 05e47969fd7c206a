/** {@code godwit backups …} */
@NullMarked
package io.godwit.cli.backups;

import org.jspecify.annotations.NullMarked;

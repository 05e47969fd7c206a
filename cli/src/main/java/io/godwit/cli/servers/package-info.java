/** {@code godwit servers …} */
@NullMarked
package io.godwit.cli.servers;

import org.jspecify.annotations.NullMarked;

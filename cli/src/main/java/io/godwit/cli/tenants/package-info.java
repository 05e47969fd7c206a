/** {@code godwit tenants …} */
@NullMarked
package io.godwit.cli.tenants;

import org.jspecify.annotations.NullMarked;

/** The provisioning service: which tenants, databases and servers there are, where each database lives, and who may log in. */
@NullMarked
package io.godwit.provisioning;

import org.jspecify.annotations.NullMarked;

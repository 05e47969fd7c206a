/** Creates, lists and deletes tenants. */
@NullMarked
package io.godwit.provisioning.tenant;

import org.jspecify.annotations.NullMarked;

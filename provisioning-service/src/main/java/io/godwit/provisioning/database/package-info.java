/** Creates, adopts, shows and deletes tenants' databases. */
@NullMarked
package io.godwit.provisioning.database;

import org.jspecify.annotations.NullMarked;

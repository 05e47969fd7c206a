/** The service's own tables: tenants, databases, servers, placements and routes. */
@NullMarked
package io.godwit.provisioning.registry;

import org.jspecify.annotations.NullMarked;

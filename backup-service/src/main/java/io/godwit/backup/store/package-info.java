/** Archives and their manifests in the object store. */
@NullMarked
package io.godwit.backup.store;

import org.jspecify.annotations.NullMarked;

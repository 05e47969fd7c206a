/** What every engine has to supply so that its servers and databases can be provisioned. */
@NullMarked
package io.godwit.provisioning.engine;

import org.jspecify.annotations.NullMarked;

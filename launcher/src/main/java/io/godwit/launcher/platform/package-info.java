/** The local platform: a broker, the stores and the services, each a process of its own that outlives this program. */
@NullMarked
package io.godwit.launcher.platform;

import org.jspecify.annotations.NullMarked;

/** The REST client: JSON calls, problem details and server-sent events over the JDK's own HTTP client. */
@NullMarked
package io.godwit.cli.api;

import org.jspecify.annotations.NullMarked;

/** Which platform a command talks to and as whom: options, environment, stored login, local platform. */
@NullMarked
package io.godwit.cli.session;

import org.jspecify.annotations.NullMarked;

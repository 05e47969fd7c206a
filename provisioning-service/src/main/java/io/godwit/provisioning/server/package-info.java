/** Makes, registers, watches, drains and removes database servers. */
@NullMarked
package io.godwit.provisioning.server;

import org.jspecify.annotations.NullMarked;

/** Turns what the service refuses into HTTP problems. */
@NullMarked
package io.godwit.provisioning.web;

import org.jspecify.annotations.NullMarked;

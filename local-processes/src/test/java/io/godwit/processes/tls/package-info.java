/** Tests of the certificate authority. */
@NullMarked
package io.godwit.processes.tls;

import org.jspecify.annotations.NullMarked;

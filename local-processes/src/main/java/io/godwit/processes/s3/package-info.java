/** Runs an S3-compatible store. */
@NullMarked
package io.godwit.processes.s3;

import org.jspecify.annotations.NullMarked;

/** The REST edge. */
@NullMarked
package io.godwit.backup.web;

import org.jspecify.annotations.NullMarked;

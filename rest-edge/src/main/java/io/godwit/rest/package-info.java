/** What every service has at its HTTP edge: internal authentication, who the caller is, problem details, cursors. */
@NullMarked
package io.godwit.rest;

import org.jspecify.annotations.NullMarked;

/** The one list of engines, where their servers are, and how Godwit's own credentials for them are sealed. */
@NullMarked
package io.godwit.engines;

import org.jspecify.annotations.NullMarked;

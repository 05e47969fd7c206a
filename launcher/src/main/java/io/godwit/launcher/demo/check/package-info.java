/** The verdict: what the journals say against what the database holds, by code the writers don't share. */
@NullMarked
package io.godwit.launcher.demo.check;

import org.jspecify.annotations.NullMarked;

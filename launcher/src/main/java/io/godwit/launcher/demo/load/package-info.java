/** The traffic: client sessions that write, read and keep a journal of what was acknowledged. */
@NullMarked
package io.godwit.launcher.demo.load;

import org.jspecify.annotations.NullMarked;

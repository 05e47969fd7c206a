/** What the demo needs to know of an engine. */
@NullMarked
package io.godwit.launcher.demo.engine;

import org.jspecify.annotations.NullMarked;

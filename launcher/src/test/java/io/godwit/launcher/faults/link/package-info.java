/** What the test agent adds to the JDK inside the services of a test's platform. */
@NullMarked
package io.godwit.launcher.faults.link;

import org.jspecify.annotations.NullMarked;

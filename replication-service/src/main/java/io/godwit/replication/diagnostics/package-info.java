/** What operators can see of the streams: an internal endpoint and gauges. */
@NullMarked
package io.godwit.replication.diagnostics;

import org.jspecify.annotations.NullMarked;

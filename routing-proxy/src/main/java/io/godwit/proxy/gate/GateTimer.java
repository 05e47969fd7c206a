package io.godwit.proxy.gate;

import java.time.Duration;
import java.util.concurrent.Executor;

/** The one thread on which all gates decide, and its clock. Nothing that runs there blocks. */
public interface GateTimer extends Executor {

    void schedule(Duration delay, Runnable task);
}

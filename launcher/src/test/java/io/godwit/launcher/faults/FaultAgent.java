package io.godwit.launcher.faults;

import io.godwit.launcher.faults.link.CutLinks;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.net.Socket;

/**
 * The agent with which the services of a test's platform are started. Its jar brings {@link FaultInterceptor} to their
 * class path.
 */
public final class FaultAgent {
    private FaultAgent() {}

    /** Called by the JVM before {@code main}. */
    public static void premain(String arguments, Instrumentation instrumentation)
            throws ClassNotFoundException, UnmodifiableClassException {
        instrumentation.addTransformer(new LinkHook(), true);
        instrumentation.retransformClasses(Socket.class, Class.forName("sun.nio.ch.SocketChannelImpl"));
        CutLinks.watch();
    }
}

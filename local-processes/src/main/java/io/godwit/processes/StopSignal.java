package io.godwit.processes;

import java.io.IOException;

/** The signals that end a process. The JDK itself sends only two of them. */
public enum StopSignal {
    INT,
    TERM,
    QUIT,
    KILL;

    /** Does nothing if the process has ended. */
    public void sendTo(ProcessIdentity process) {
        if (!process.isAlive()) {
            return;
        }
        try {
            // The shell's own kill: a separate kill program is missing from small installations.
            new ProcessBuilder("/bin/sh", "-c", "kill -s \"$0\" \"$1\"", name(), Long.toString(process.pid()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new LocalProcessException("signal " + this + " can't be sent to process " + process.pid(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalProcessException("interrupted while stopping process " + process.pid(), e);
        }
    }
}

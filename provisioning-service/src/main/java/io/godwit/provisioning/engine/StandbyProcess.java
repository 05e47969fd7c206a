package io.godwit.provisioning.engine;

import io.godwit.processes.LocalProcessException;

/** The process of a server that leads or follows. Its data, if it follows, is made as a copy of its leader's. */
public interface StandbyProcess extends LocalServer {
    /** Whether it was a standby when it was started last and was not promoted since. */
    boolean isStandby();

    /** Grows whenever it comes to lead, and is what its leader's was when it follows; 1 at first. */
    int timeline();

    /** Ends the process, if it runs, and leaves nothing undone. */
    void stop();

    /**
     * Where the log of a server ends that has led and was stopped.
     *
     * @throws LocalProcessException if it was not stopped cleanly, or did not lead
     */
    String endOfLog();

    /** Ends the process at once and deletes its data. */
    void discardData();
}

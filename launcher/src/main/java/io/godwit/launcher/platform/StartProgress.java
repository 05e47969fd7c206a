package io.godwit.launcher.platform;

import java.time.Duration;

/** Is told how the start of the platform goes on. Called by several threads, one at a time. */
public interface StartProgress {
    /** For whoever does not want to know. */
    StartProgress SILENT = new StartProgress() {
        @Override
        public void note(String text) {}

        @Override
        public void ready(String process, Duration after) {}
    };

    /** Something that a person should know. */
    void note(String text);

    /** @param after the time since the start of the platform began */
    void ready(String process, Duration after);
}

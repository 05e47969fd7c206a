package io.godwit.launcher.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The platforms of a test run, by number; each is started for the first that asks. Safe for use by several threads. */
final class E2ePlatforms implements AutoCloseable {
    /** The number of the one that all tests have that need one. */
    static final int FIRST = 0;

    private final Map<Integer, E2ePlatform> running = new ConcurrentHashMap<>();

    /** @return the platform of that number; a new one if there is none, or none any more */
    E2ePlatform get(int number) {
        E2ePlatform there = running.get(number);
        return there == null ? start(number) : there;
    }

    /** One after the other: so many processes that start at a time would be late. */
    private synchronized E2ePlatform start(int number) {
        return running.computeIfAbsent(number, _ -> E2ePlatform.start());
    }

    /** Copies the platform's logs, if it runs. */
    void keepLogs(int number, Path folder) throws IOException {
        E2ePlatform there = running.get(number);
        if (there != null) {
            there.keepLogs(folder);
        }
    }

    /** Stops and deletes the platform; who asks for its number next gets a new one. */
    void discard(int number) {
        E2ePlatform discarded = running.remove(number);
        if (discarded != null) {
            discarded.close();
        }
    }

    @Override
    public void close() {
        running.keySet().forEach(this::discard);
    }
}

package io.godwit.launcher.demo;

import io.godwit.launcher.faults.FaultCase;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;

/**
 * Asks cells on several platforms at a time: each platform has a thread, which takes the next cell when it has an answer to
 * the last. Most of a cell is waiting, for processes that are stopped, cut off, or start anew.
 */
final class SideBySide {
    /** The number of platforms. */
    private static final String PLATFORMS = "godwit.faults.platforms";

    private final Iterator<FaultCase> cases;
    private final FaultQuestioner questioner;
    private final int platforms;
    private final BlockingQueue<Optional<FaultAnswer>> answers = new LinkedBlockingQueue<>();
    private int ended;

    private SideBySide(Stream<FaultCase> cases, FaultQuestioner questioner, int platforms) {
        this.cases = cases.iterator();
        this.questioner = questioner;
        this.platforms = platforms;
    }

    /** Puts the question of a cell to a platform. */
    @FunctionalInterface
    interface FaultQuestioner {
        /**
         * What goes wrong stands in the answer.
         *
         * @param platform its number, from 0
         */
        FaultAnswer ask(int platform, FaultCase asked) throws InterruptedException;
    }

    /**
     * Begins.
     *
     * @param cases each is taken when it is to be asked
     * @return the answers in the order in which they come; to be closed, which ends all
     */
    static Stream<FaultAnswer> ask(Stream<FaultCase> cases, FaultQuestioner questioner) {
        return ask(cases, questioner, platforms());
    }

    static Stream<FaultAnswer> ask(Stream<FaultCase> cases, FaultQuestioner questioner, int platforms) {
        return new SideBySide(cases, questioner, platforms).begin();
    }

    private static int platforms() {
        String wanted = System.getProperty(PLATFORMS, "1");
        if (!wanted.matches("[1-9]")) {
            throw new IllegalArgumentException(
                    "the system property " + PLATFORMS + " is '" + wanted + "'; expected a number from 1 to 9");
        }
        return Integer.parseInt(wanted);
    }

    private Stream<FaultAnswer> begin() {
        ExecutorService threads = Executors.newFixedThreadPool(
                platforms, Thread.ofPlatform().daemon().name("faults-", 0).factory());
        for (int platform = 0; platform < platforms; platform++) {
            int number = platform;
            threads.execute(() -> askOneByOne(number));
        }
        return Stream.generate(this::next)
                .takeWhile(Optional::isPresent)
                .map(Optional::orElseThrow)
                .onClose(threads::shutdownNow);
    }

    private void askOneByOne(int platform) {
        try {
            for (Optional<FaultCase> asked = take(); asked.isPresent(); asked = take()) {
                answers.add(Optional.of(questioner.ask(platform, asked.get())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            answers.add(Optional.empty());
        }
    }

    private Optional<FaultCase> take() {
        synchronized (cases) {
            return cases.hasNext() ? Optional.of(cases.next()) : Optional.empty();
        }
    }

    /** @return empty when the last platform has nothing more to be asked */
    private Optional<FaultAnswer> next() {
        try {
            while (true) {
                Optional<FaultAnswer> answer = answers.take();
                if (answer.isPresent()) {
                    return answer;
                }
                ended++;
                if (ended == platforms) {
                    return Optional.empty();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while cells were asked", e);
        }
    }
}

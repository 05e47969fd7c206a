package io.godwit.launcher.demo.check;

import java.util.List;

/**
 * What the check found.
 *
 * @param lost acknowledged writes that the database does not hold, and acknowledged messages that did not arrive
 * @param doubled writes that it holds more often than they were asked for, and messages that arrived more often
 * @param misordered entries that stand before one that their client had written earlier; messages likewise
 * @param examples the first few of them, for people
 */
public record Verdict(long lost, long doubled, long misordered, List<String> examples) {
    public boolean clean() {
        return lost == 0 && doubled == 0 && misordered == 0;
    }
}

package io.godwit.launcher.demo.endurance;

import io.godwit.launcher.demo.check.Verdict;
import java.util.List;

/**
 * What some moves in a row came to for the clients that were there.
 *
 * @param sameFingerprint whether schema and filled rows are what they were before the first of these moves
 * @param errors the first few errors that clients saw
 */
public record EnduranceChapter(
        long exchanges, long failed, Verdict verdict, boolean sameFingerprint, List<String> errors) {
    boolean good() {
        return failed == 0 && verdict.clean() && sameFingerprint;
    }
}

package io.godwit.events;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Findings as they fit into a message, which a broker takes up to a megabyte. A database has as many tables as its tenant
 * likes, and each of them may be found wanting in several ways.
 */
public final class AbridgedFindings {
    /** So many are told of each kind. A kind is told in less than a kilobyte for each, and there are a few dozen kinds. */
    public static final int EACH = 50;

    private AbridgedFindings() {}

    /**
     * @return the findings in their order, the first {@link #EACH} of each code and severity; where there are more, the next
     *     one says in its object how many were left out
     */
    public static List<Finding> of(List<Finding> findings) {
        Map<Kind, Integer> seen = new HashMap<>();
        List<Finding> told = new ArrayList<>();
        for (Finding finding : findings) {
            Kind kind = Kind.of(finding);
            int number = seen.merge(kind, 1, Integer::sum);
            if (number <= EACH) {
                told.add(finding);
            } else if (number == EACH + 1) {
                told.add(rest(
                        finding,
                        findings.stream().map(Kind::of).filter(kind::equals).count()));
            }
        }
        return List.copyOf(told);
    }

    private static Finding rest(Finding first, long all) {
        return new Finding(
                first.severity(),
                first.code(),
                (all - EACH) + " more",
                "there are " + all + " findings of this kind, of which the first " + EACH + " are named",
                first.remedy());
    }

    private record Kind(Finding.Severity severity, String code) {
        static Kind of(Finding finding) {
            return new Kind(finding.severity(), finding.code());
        }
    }
}

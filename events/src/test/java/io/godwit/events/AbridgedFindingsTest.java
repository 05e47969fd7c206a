package io.godwit.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.Finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AbridgedFindingsTest {
    @Test
    void asManyAsFitAreToldAsTheyAre() {
        List<Finding> findings = findings(Severity.WARNING, "NO_KEY", AbridgedFindings.EACH);

        assertThat(AbridgedFindings.of(findings)).isEqualTo(findings);
    }

    @Test
    void ofMoreTheFirstAreToldAndHowManyWereLeftOut() {
        List<Finding> told = AbridgedFindings.of(findings(Severity.WARNING, "NO_KEY", 1234));

        assertThat(told.subList(0, AbridgedFindings.EACH))
                .isEqualTo(findings(Severity.WARNING, "NO_KEY", AbridgedFindings.EACH));
        assertThat(told.subList(AbridgedFindings.EACH, told.size()))
                .singleElement()
                .satisfies(rest -> {
                    assertThat(rest.severity()).isEqualTo(Severity.WARNING);
                    assertThat(rest.code()).isEqualTo("NO_KEY");
                    assertThat(rest.object()).isEqualTo("1184 more");
                    assertThat(rest.message()).contains("1234 findings").contains("first 50");
                    assertThat(rest.remedy()).isEqualTo("a remedy");
                });
    }

    @Test
    void aFindingOfWhichThereAreFewIsNotLostAmongMany() {
        List<Finding> findings = new ArrayList<>(findings(Severity.BLOCKER, "OBJECTS", 1));
        findings.addAll(findings(Severity.INFO, "OBJECTS", 1000));
        findings.addAll(findings(Severity.INFO, "OTHER", 1));

        List<Finding> told = AbridgedFindings.of(findings);

        assertThat(told).hasSize(1 + AbridgedFindings.EACH + 1 + 1);
        assertThat(told.getFirst().severity()).isEqualTo(Severity.BLOCKER);
        assertThat(told.getLast().code()).isEqualTo("OTHER");
    }

    private static List<Finding> findings(Severity severity, String code, int count) {
        return IntStream.range(0, count)
                .mapToObj(n -> new Finding(severity, code, "public.t" + n, "a message", "a remedy"))
                .toList();
    }
}

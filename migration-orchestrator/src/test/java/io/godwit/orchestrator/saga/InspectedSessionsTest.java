package io.godwit.orchestrator.saga;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.events.Finding;
import io.godwit.events.ProxyCommand.InspectSessions;
import io.godwit.events.ProxyEvent.PinnedSession;
import io.godwit.events.ProxyEvent.SessionsInspected;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A dry run asks the live proxies which sessions can't move, and waits for none of them for long. */
class InspectedSessionsTest {
    private static final PinnedSession TRANSACTION = new PinnedSession("4711", "transaction", 5000);
    private static final PinnedSession CURSOR = new PinnedSession("815", "cursor WITH HOLD", 0);

    private final SagaRun run = asking();

    @Test
    void whatEveryProxyHasToldIsPutTogether() {
        tell("proxy-a", 12, 1, TRANSACTION);
        assertThat(run.migration.isFinished()).isFalse();
        tell("proxy-b", 3, 1, CURSOR);

        assertThat(run.migration.isFinished()).isTrue();
        assertThat(run.migration.sessions().total()).isEqualTo(15);
        assertThat(run.migration.sessions().pinned()).isEqualTo(2);
        assertThat(run.migration.sessions().pins().byProxy())
                .isEqualTo(Map.of("proxy-a", List.of(TRANSACTION), "proxy-b", List.of(CURSOR)));
        assertThat(run.migration.sessions().findings()).isEmpty();
    }

    @Test
    void aProxyThatDoesNotAnswerIsNamedAndNotWaitedFor() {
        tell("proxy-b", 3, 1, CURSOR);
        run.stayingSilent();

        assertThat(run.migration.isFinished()).isTrue();
        assertThat(run.migration.error()).isNull();
        assertThat(Duration.between(SagaRun.START, run.now)).isEqualTo(Duration.ofSeconds(3));
        assertThat(run.migration.sessions().total()).isEqualTo(3);
        assertThat(run.migration.sessions().findings()).singleElement().satisfies(finding -> {
            assertThat(finding.severity()).isEqualTo(Finding.Severity.WARNING);
            assertThat(finding.code()).isEqualTo("PROXY_SILENT");
            assertThat(finding.object()).isEqualTo("proxy-a");
            assertThat(finding.message()).contains("'proxy-a'", "3 s");
        });
    }

    @Test
    void aProxyThatIsGoneHasTakenItsSessionsAlong() {
        tell("proxy-b", 3, 0);
        run.proxies.remove("proxy-a");
        run.stayingSilent();

        assertThat(run.migration.isFinished()).isTrue();
        assertThat(run.migration.sessions().findings()).isEmpty();
    }

    @Test
    void anAnswerThatComesTwiceCountsOnceAndALateOneNotAtAll() {
        tell("proxy-a", 12, 1, TRANSACTION);
        tell("proxy-a", 12, 1, TRANSACTION);
        assertThat(run.migration.sessions().total()).isEqualTo(12);
        run.stayingSilent();
        tell("proxy-b", 3, 1, CURSOR);

        assertThat(run.migration.sessions().total()).isEqualTo(12);
    }

    @Test
    void withoutProxiesThereAreNoSessions() {
        SagaRun alone = SagaRun.dryRun();
        alone.proxies.clear();
        alone.start();
        alone.answerOne();
        alone.answerOne();

        assertThat(alone.migration.isFinished()).isTrue();
        assertThat(alone.migration.sessions()).isEqualTo(InspectedSessions.NONE);
    }

    @Test
    void aMoveAsksOnlyWhenItArms() {
        SagaRun move = SagaRun.create();
        move.start();
        move.finish();

        assertThat(move.commands()).doesNotContain("InspectSessions");
    }

    private static SagaRun asking() {
        SagaRun run = SagaRun.dryRun();
        run.start();
        run.answerOne();
        run.answerOne();
        assertThat(run.unanswered).singleElement().isInstanceOf(InspectSessions.class);
        assertThat(run.place().awaited()).isEqualTo(Set.of("proxy-a", "proxy-b"));
        return run;
    }

    private void tell(String proxyId, int sessions, int pinnedSessions, PinnedSession... pinned) {
        run.tell(new SessionsInspected(run.sent.getLast().step(), proxyId, sessions, pinnedSessions, List.of(pinned)));
    }
}

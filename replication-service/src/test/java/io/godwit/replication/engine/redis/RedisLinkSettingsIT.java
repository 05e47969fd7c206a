package io.godwit.replication.engine.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.engines.PlacedDatabase;
import io.godwit.replication.engine.ConvergenceGoal;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisLinkSettingsIT {
    private static final ConvergenceGoal GOAL = new ConvergenceGoal(Duration.ofMillis(500), 3);

    private Basket basket;
    private PlacedDatabase source;

    @BeforeEach
    void openBasket() {
        basket = new Basket();
        source = basket.stream.source();
        basket.write(source, "text", "plain");
    }

    @AfterEach
    void closeBasket() throws Exception {
        basket.close();
        basket.admin(source, commands -> commands.configSet("maxmemory", "0"));
    }

    @Test
    void limitsAreRaisedForTheTimeOfTheMoveOnly() throws Exception {
        Map<String, String> before = limits();
        basket.engine().copy(basket.stream, _ -> {});

        assertThat(limits().get("client-output-buffer-limit")).contains("slave 1073741824 0 0");
        assertThat(limits().get("repl-backlog-size")).isEqualTo("67108864");
        basket.restartService();
        basket.engine().awaitConvergence(basket.stream, GOAL, _ -> {});
        basket.engine().stop(basket.stream);

        assertThat(limits()).isEqualTo(before);
        assertThat(basket.records.all().keySet()).allMatch(key -> key.endsWith(RedisCopy.BEGUN));
    }

    @Test
    void theBacklogTakesNoMemoryThatTheTenantNeeds() throws Exception {
        basket.admin(source, commands -> commands.configSet("maxmemory", "40mb"));

        basket.engine().copy(basket.stream, _ -> {});

        assertThat(Long.parseLong(limits().get("repl-backlog-size"))).isLessThanOrEqualTo(16 << 20);
    }

    @Test
    void noPasswordIsNotedInTheClear() throws Exception {
        basket.admin(source, commands -> commands.configSet("masterauth", "a secret of before"));

        basket.engine().copy(basket.stream, _ -> {});

        assertThat(basket.records.all().values()).noneMatch(note -> note.contains("a secret of before"));
        basket.engine().stop(basket.stream);
        assertThat(basket.<Map<String, String>>admin(source, commands -> commands.configGet("masterauth")))
                .containsEntry("masterauth", "a secret of before");
        basket.admin(source, commands -> commands.configSet("masterauth", ""));
    }

    private Map<String, String> limits() {
        return basket.admin(
                source,
                commands -> commands.configGet(
                        "client-output-buffer-limit", "repl-backlog-size", "masteruser", "masterauth"));
    }
}

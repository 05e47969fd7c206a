package io.godwit.proxy.protocol.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.Parsed;
import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.Prepared;
import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.PreparedStatement;
import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.Setting;
import io.godwit.proxy.protocol.postgresql.PostgresMissingTables.RowChange;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PostgresCarriedStateTest {
    private static final Setting MEMORY = setting("work_mem", "7MB");
    private static final PreparedStatement FIRST = parsed("s1", "SELECT $1", 23);
    private static final PreparedStatement SECOND = new Prepared(text("s2"), text("PREPARE s2 AS SELECT 2"));
    private static final PostgresText CHANNEL = text("news");

    @Test
    void nothingIsMissingWhereTheSameIs() {
        PostgresCarriedState state = state(List.of(MEMORY), List.of(FIRST, SECOND), List.of(CHANNEL));
        PostgresCarriedState same = state(
                List.of(setting("work_mem", "7MB")),
                List.of(SECOND, parsed("s1", "SELECT $1", 23)),
                List.of(text("news")));

        assertThat(state.beyond(same)).contains(PostgresMissingState.NOTHING);
    }

    @Test
    void whatIsMoreIsMissing() {
        PostgresCarriedState state = state(List.of(MEMORY), List.of(FIRST, SECOND), List.of(CHANNEL));

        assertThat(state.beyond(PostgresCarriedState.NOTHING)).contains(all(state));
        assertThat(state.beyond(state(List.of(MEMORY), List.of(FIRST), List.of())))
                .contains(all(state(List.of(), List.of(SECOND), List.of(CHANNEL))));
    }

    @Test
    void whatChangedOrWentCanNotBeAdded() {
        PostgresCarriedState state = state(List.of(MEMORY), List.of(FIRST), List.of());

        assertThat(state.beyond(state(List.of(setting("work_mem", "8MB")), List.of(), List.of())))
                .isEmpty();
        assertThat(state.beyond(state(List.of(MEMORY, setting("role", "r")), List.of(), List.of())))
                .isEmpty();
        assertThat(state(List.of(MEMORY, setting("role", "r")), List.of(), List.of())
                        .beyond(state(List.of(MEMORY), List.of(), List.of())))
                .as("rights must be taken last, and settings before may need them")
                .isEmpty();
        assertThat(state.beyond(state(List.of(MEMORY), List.of(FIRST), List.of(CHANNEL))))
                .isEmpty();
    }

    @Test
    void statementsThatWentOrChangedAreEnded() {
        PostgresCarriedState state = state(List.of(MEMORY), List.of(FIRST), List.of());

        assertThat(state.beyond(state(List.of(MEMORY), List.of(FIRST, SECOND), List.of())))
                .contains(statements(List.of("s2"), List.of()));
        assertThat(state.beyond(state(List.of(MEMORY), List.of(SECOND), List.of())))
                .contains(statements(List.of("s2"), List.of(FIRST)));
        assertThat(state.beyond(state(List.of(MEMORY), List.of(parsed("s1", "SELECT $1 + 1", 23)), List.of())))
                .contains(statements(List.of("s1"), List.of(FIRST)));
        assertThat(state.beyond(state(List.of(MEMORY), List.of(parsed("s1", "SELECT $1", 20)), List.of())))
                .contains(statements(List.of("s1"), List.of(FIRST)));
    }

    private static PostgresMissingState statements(List<String> ended, List<PreparedStatement> missing) {
        return new PostgresMissingState(
                List.of(),
                List.of(),
                PostgresMissingTables.NONE,
                ended.stream().map(PostgresText::ascii).toList(),
                missing,
                null,
                List.of());
    }

    @Test
    void locksAreTakenWhereThereAreNoneAndNeverExchanged() {
        PostgresAdvisoryLock lock = PostgresAdvisoryLock.read("0", "42", "1", "ExclusiveLock");
        PostgresCarriedState unlocked = state(List.of(MEMORY), List.of(FIRST), List.of());
        PostgresCarriedState locked = unlocked.withLocks(List.of(lock));

        assertThat(locked.beyond(unlocked)).contains(all(PostgresCarriedState.NOTHING.withLocks(List.of(lock))));
        assertThat(locked.beyond(locked)).contains(PostgresMissingState.NOTHING);
        assertThat(unlocked.beyond(locked)).isEmpty();
        assertThat(unlocked.withLocks(List.of(lock.taken(2))).beyond(locked)).isEmpty();
        assertThat(locked.withUnnamed(text("parse")).lasting()).isEqualTo(unlocked);
    }

    @Test
    void theUnnamedStatementComesLastAndIsMadeAgainAfterWhateverElseIs() {
        PostgresCarriedState state = state(List.of(MEMORY), List.of(FIRST), List.of());
        PostgresText unnamed = text("parse");

        assertThat(state.withUnnamed(unnamed).beyond(state))
                .contains(all(PostgresCarriedState.NOTHING.withUnnamed(unnamed)));
        assertThat(state.withUnnamed(unnamed).beyond(state.withUnnamed(text("other"))))
                .contains(all(PostgresCarriedState.NOTHING.withUnnamed(unnamed)));
        assertThat(state.withUnnamed(unnamed)
                        .beyond(state(List.of(MEMORY), List.of(), List.of()).withUnnamed(unnamed)))
                .contains(all(state(List.of(), List.of(FIRST), List.of()).withUnnamed(unnamed)));
        assertThat(state.beyond(state.withUnnamed(unnamed)))
                .as("there must be none")
                .isEmpty();
    }

    @Test
    void rowsThatCameAreAddedAndOthersTakeThePlaceOfThoseThatAreThere() {
        PostgresTemporaryTables some = tables(false, "a int", "1\n", "setval 1");
        PostgresTemporaryTables later = tables(false, "a int", "1\n2\n", "setval 2");
        PostgresTemporaryTables other = tables(false, "a int", "3\n2\n", "setval 2");
        PostgresTemporaryTables.Table more = later.tables().getFirst().with("2\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(rowChanges(later, some)).containsExactly(new RowChange(more, false));
        assertThat(rowChanges(some, later))
                .containsExactly(new RowChange(some.tables().getFirst(), true));
        assertThat(rowChanges(other, later))
                .containsExactly(new RowChange(other.tables().getFirst(), true));
        assertThat(withTables(later).beyond(withTables(tables(false, "a int", "1\n2\n", "setval 3"))))
                .map(PostgresMissingState::temporaryTables)
                .contains(PostgresMissingTables.rows(List.of(), List.of(text("setval 2"))));
        assertThat(withTables(later).beyond(withTables(later))).contains(PostgresMissingState.NOTHING);
        assertThat(withTables(later).beyond(PostgresCarriedState.NOTHING)).contains(all(withTables(later)));
        assertThat(withTables(later).beyond(withTables(tables(false, "a bigint", "1", "setval 1"))))
                .isEmpty();
        assertThat(PostgresCarriedState.NOTHING.beyond(withTables(some))).isEmpty();
        assertThat(withTables(tables(true, "a int", "2", "")).beyond(withTables(tables(true, "a int", "1", ""))))
                .as("rows refer to each other")
                .isEmpty();
    }

    private static List<RowChange> rowChanges(PostgresTemporaryTables wanted, PostgresTemporaryTables there) {
        return withTables(wanted)
                .beyond(withTables(there).withoutContent())
                .orElseThrow()
                .temporaryTables()
                .changes();
    }

    private static PostgresMissingState all(PostgresCarriedState state) {
        return PostgresMissingState.all(state);
    }

    private static PostgresCarriedState withTables(PostgresTemporaryTables tables) {
        return PostgresCarriedState.NOTHING.with(tables);
    }

    private static PostgresTemporaryTables tables(boolean bound, String columns, String rows, String position) {
        PostgresTemporaryTables.Table table = PostgresTemporaryTables.Table.empty(text("t"), text(columns), text("a"))
                .with(rows.getBytes(StandardCharsets.US_ASCII));
        return new PostgresTemporaryTables(List.of(), List.of(table), List.of(), List.of(text(position)), bound);
    }

    private static PostgresCarriedState state(
            List<Setting> settings, List<PreparedStatement> statements, List<PostgresText> channels) {
        return new PostgresCarriedState(List.of(), settings, PostgresTemporaryTables.NONE, statements, null, channels);
    }

    private static Setting setting(String name, String value) {
        return new Setting(text(name), text(value));
    }

    private static Parsed parsed(String name, String sql, int type) {
        return new Parsed(text(name), text(sql), List.of(type));
    }

    private static PostgresText text(String text) {
        return PostgresText.ascii(text);
    }
}

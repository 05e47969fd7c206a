package io.godwit.proxy.protocol.postgresql;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a session has on its server and takes along to the next one. Texts are in the session's client encoding.
 *
 * @param locks in the order of their keys
 * @param settings in the order in which they must be set again
 * @param unnamedStatement the body of the Parse message that makes it; null if there is none
 * @param channels it listens on
 */
record PostgresCarriedState(
        List<PostgresAdvisoryLock> locks,
        List<Setting> settings,
        PostgresTemporaryTables temporaryTables,
        List<PreparedStatement> statements,
        @Nullable PostgresText unnamedStatement,
        List<PostgresText> channels) {
    static final PostgresCarriedState NOTHING =
            new PostgresCarriedState(List.of(), List.of(), PostgresTemporaryTables.NONE, List.of(), null, List.of());

    /** Whether other sessions can tell if this one has it or not: they are kept out by its locks, and call it. */
    boolean isFeltByOthers() {
        return !locks.isEmpty() || !channels.isEmpty();
    }

    PostgresCarriedState withLocks(List<PostgresAdvisoryLock> others) {
        return new PostgresCarriedState(others, settings, temporaryTables, statements, unnamedStatement, channels);
    }

    PostgresCarriedState with(PostgresTemporaryTables tables) {
        return new PostgresCarriedState(locks, settings, tables, statements, unnamedStatement, channels);
    }

    /** What is enough to tell what is missing where this is. */
    PostgresCarriedState withoutContent() {
        return with(temporaryTables.withoutContent());
    }

    PostgresCarriedState withUnnamed(@Nullable PostgresText statement) {
        return new PostgresCarriedState(locks, settings, temporaryTables, statements, statement, channels);
    }

    /**
     * What is worth being there long before the session comes. The unnamed statement changes with every exchange; a lock
     * may go to another session, and that one could not take it there.
     */
    PostgresCarriedState lasting() {
        return withLocks(List.of()).withUnnamed(null);
    }

    /**
     * What must be done where {@code other} is already, for this to be there.
     *
     * @return empty if something of the other but a prepared statement would have to change or to go
     */
    Optional<PostgresMissingState> beyond(PostgresCarriedState other) {
        // Settings depend on each other and on their order, so it is all of them or none.
        boolean sameSettings = settings.equals(other.settings);
        Optional<PostgresMissingTables> tables = temporaryTables.beyond(other.temporaryTables);
        boolean sameLocks = locks.equals(other.locks);
        boolean nothingElseGoes = (sameLocks || other.locks.isEmpty())
                && (sameSettings || other.settings.isEmpty())
                && tables.isPresent()
                && (unnamedStatement != null || other.unnamedStatement == null)
                && channels.containsAll(other.channels);
        if (!nothingElseGoes) {
            return Optional.empty();
        }
        if (withoutContent().equals(other.withoutContent())) {
            return Optional.of(PostgresMissingState.NOTHING);
        }
        // The unnamed statement always: what else is done may have destroyed it.
        return Optional.of(new PostgresMissingState(
                sameLocks ? List.of() : locks,
                sameSettings ? List.of() : settings,
                tables.get(),
                without(other.statements, statements).stream()
                        .map(PreparedStatement::name)
                        .toList(),
                without(statements, other.statements),
                unnamedStatement,
                without(channels, other.channels)));
    }

    private static <T> List<T> without(List<T> all, List<T> some) {
        return all.stream().filter(element -> !some.contains(element)).toList();
    }

    /** A configuration parameter, {@code role} and {@code session_authorization} included. */
    record Setting(PostgresText name, PostgresText value) {}

    sealed interface PreparedStatement {
        PostgresText name();
    }

    /** Made with Parse, with parameter types whose OIDs are the same on every server. */
    record Parsed(PostgresText name, PostgresText sql, List<Integer> parameterTypes) implements PreparedStatement {}

    /** Made, or to be made again, with SQL, which is a single command. */
    record Prepared(PostgresText name, PostgresText prepareSql) implements PreparedStatement {}
}

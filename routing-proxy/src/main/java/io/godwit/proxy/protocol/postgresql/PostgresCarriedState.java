package io.godwit.proxy.protocol.postgresql;

import java.util.List;
import java.util.Optional;

/**
 * What a session has on its server and takes along to the next one.
 *
 * @param settings in the order in which they must be set again
 * @param channels it listens on
 */
record PostgresCarriedState(List<Setting> settings, List<PreparedStatement> statements, List<PostgresText> channels) {
    static final PostgresCarriedState NOTHING = new PostgresCarriedState(List.of(), List.of(), List.of());

    boolean isEmpty() {
        return equals(NOTHING);
    }

    /**
     * What must be added where {@code other} is already, for this to be there.
     *
     * @return empty if adding is not enough, because something of the other would have to change or to go
     */
    Optional<PostgresCarriedState> beyond(PostgresCarriedState other) {
        // Settings depend on each other and on their order, so it is all of them or none.
        boolean sameSettings = settings.equals(other.settings);
        boolean onlyMore = (sameSettings || other.settings.isEmpty())
                && statements.containsAll(other.statements)
                && channels.containsAll(other.channels);
        return onlyMore
                ? Optional.of(new PostgresCarriedState(
                        sameSettings ? List.of() : settings,
                        without(statements, other.statements),
                        without(channels, other.channels)))
                : Optional.empty();
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

    /** Made, or to be made again, with SQL. */
    record Prepared(PostgresText name, PostgresText prepareSql) implements PreparedStatement {}
}

package io.godwit.proxy.protocol.postgresql;

import io.godwit.proxy.protocol.postgresql.PostgresMissingTables.RowChange;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A session's temporary tables with their content, which is small, and its temporary sequences. Texts are in the
 * session's client encoding.
 *
 * @param before what is made before the tables are
 * @param afterwards what is made when the rows are there: constraints, indexes, owners of sequences
 * @param positions statements that set those of the sequences
 * @param bound whether tables refer to each other, which decides the order in which rows can come and go
 */
record PostgresTemporaryTables(
        List<PostgresText> before,
        List<Table> tables,
        List<PostgresText> afterwards,
        List<PostgresText> positions,
        boolean bound) {
    /** Of all of a session's temporary tables together, as text. */
    static final int MOST_BYTES = 1 << 20;

    /** Of all of a session's temporary tables together. */
    static final int MOST_ROWS = 10_000;

    static final String TOO_LARGE = "temporary tables of more than 1 MiB or 10000 rows";
    static final PostgresTemporaryTables NONE =
            new PostgresTemporaryTables(List.of(), List.of(), List.of(), List.of(), false);

    /** With these, what COPY writes on one server it reads on another. */
    static final String FORMATS = "pg_catalog.set_config('datestyle', 'ISO', true),"
            + " pg_catalog.set_config('intervalstyle', 'postgres', true),"
            + " pg_catalog.set_config('extra_float_digits', '3', true),"
            + " pg_catalog.set_config('statement_timeout', '0', true)";

    /**
     * One of them.
     *
     * @param columns those whose values are copied, as a list
     * @param digest of the rows, by which tables are compared
     * @param length of the rows, in bytes
     * @param rows in the text format of COPY
     */
    record Table(
            PostgresText name,
            PostgresText createSql,
            PostgresText columns,
            boolean emptiedAtCommit,
            PostgresText digest,
            int length,
            PostgresText rows) {

        static Table empty(PostgresText name, PostgresText createSql, PostgresText columns) {
            PostgresText nothing = PostgresText.ascii("");
            return new Table(name, createSql, columns, false, nothing, 0, nothing);
        }

        Table emptyingAtCommit() {
            return new Table(name, createSql, columns, true, digest, length, rows);
        }

        Table with(byte[] content) {
            return new Table(
                    name,
                    createSql,
                    columns,
                    emptiedAtCommit,
                    digestOf(content),
                    content.length,
                    new PostgresText(content));
        }

        private Table withoutContent() {
            return new Table(name, createSql, columns, emptiedAtCommit, digest, length, PostgresText.ascii(""));
        }

        /** @return what has come to the rows of {@code other}; empty if some of these have changed or gone */
        private Optional<Table> since(Table other) {
            if (length < other.length
                    || !digestOf(Arrays.copyOf(rows.bytes(), other.length)).equals(other.digest)) {
                return Optional.empty();
            }
            return Optional.of(with(Arrays.copyOfRange(rows.bytes(), other.length, length)));
        }

        /** @return what must be done where the table has the rows of {@code other} */
        private Optional<RowChange> beyond(Table other) {
            return digest.equals(other.digest)
                    ? Optional.empty()
                    : Optional.of(since(other)
                            .map(more -> new RowChange(more, false))
                            .orElseGet(() -> new RowChange(this, true)));
        }

        boolean isEmpty() {
            return rows.bytes().length == 0;
        }

        /** Asks how many bytes there are as text. */
        byte[] sizeSql() {
            return PostgresQuoting.join(PostgresQuoting.ascii("SELECT ("), size(), PostgresQuoting.ascii(")"));
        }

        /** Writes at most so many rows that it can be seen if there are too many, and nothing if they are too large. */
        byte[] copyOutSql() {
            return PostgresQuoting.join(
                    PostgresQuoting.ascii("COPY (SELECT "),
                    columns.bytes(),
                    PostgresQuoting.ascii(" FROM ONLY pg_temp."),
                    PostgresQuoting.identifier(name.bytes()),
                    PostgresQuoting.ascii(" WHERE ("),
                    size(),
                    PostgresQuoting.ascii(
                            ") OPERATOR(pg_catalog.<=) " + MOST_BYTES + " LIMIT " + (MOST_ROWS + 1) + ") TO STDOUT"));
        }

        private byte[] size() {
            return PostgresQuoting.join(
                    PostgresQuoting.ascii("SELECT coalesce(pg_catalog.sum(pg_catalog.octet_length("
                            + "ROW(godwit.*)::pg_catalog.text)), 0)::pg_catalog.int8 FROM ONLY pg_temp."),
                    PostgresQuoting.identifier(name.bytes()),
                    PostgresQuoting.ascii(" AS godwit"));
        }

        private Table withoutRows() {
            Table empty = empty(name, createSql, columns);
            return emptiedAtCommit ? empty.emptyingAtCommit() : empty;
        }

        byte[] deleteSql() {
            return PostgresQuoting.join(
                    PostgresQuoting.ascii("DELETE FROM ONLY pg_temp."), PostgresQuoting.identifier(name.bytes()));
        }

        byte[] copyInSql() {
            byte[] list = columns.bytes();
            return PostgresQuoting.join(
                    PostgresQuoting.ascii("COPY pg_temp."),
                    PostgresQuoting.identifier(name.bytes()),
                    PostgresQuoting.ascii(list.length == 0 ? "" : " ("),
                    list,
                    PostgresQuoting.ascii(list.length == 0 ? " FROM STDIN" : ") FROM STDIN"));
        }
    }

    boolean isEmpty() {
        return before.isEmpty() && tables.isEmpty();
    }

    long bytes() {
        return tables.stream().mapToLong(table -> table.rows().bytes().length).sum();
    }

    /** What is enough to tell whether others are the same. */
    PostgresTemporaryTables withoutContent() {
        return withTables(Table::withoutContent);
    }

    private PostgresTemporaryTables withTables(UnaryOperator<Table> change) {
        return new PostgresTemporaryTables(before, tables.stream().map(change).toList(), afterwards, positions, bound);
    }

    /**
     * What must be done where {@code other} is already, for these to be there.
     *
     * @return empty if tables would have to change, and not only what is in them
     */
    Optional<PostgresMissingTables> beyond(PostgresTemporaryTables other) {
        if (withoutContent().equals(other.withoutContent())) {
            return Optional.of(PostgresMissingTables.NONE);
        }
        if (other.isEmpty()) {
            return Optional.of(PostgresMissingTables.all(this));
        }
        return !bound && shape().equals(other.shape())
                ? Optional.of(PostgresMissingTables.rows(changesSince(other.tables), positions))
                : Optional.empty();
    }

    /** @param others with the same shapes */
    private List<RowChange> changesSince(List<Table> others) {
        List<RowChange> changes = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            tables.get(i).beyond(others.get(i)).ifPresent(changes::add);
        }
        return changes;
    }

    private PostgresTemporaryTables shape() {
        return new PostgresTemporaryTables(
                before, tables.stream().map(Table::withoutRows).toList(), afterwards, List.of(), bound);
    }

    private static PostgresText digestOf(byte[] content) {
        try {
            return new PostgresText(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

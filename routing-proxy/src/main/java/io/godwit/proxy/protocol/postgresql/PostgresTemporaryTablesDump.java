package io.godwit.proxy.protocol.postgresql;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a session's temporary tables and sequences, first what they are, then what is in them. */
final class PostgresTemporaryTablesDump {
    private static final byte[] SELECT_FORMATS = PostgresQuoting.ascii("SELECT " + PostgresTemporaryTables.FORMATS);

    private final PostgresBackend backend;
    private final PostgresTemporaryTableNames names;
    private final PostgresCarriedRoom room;
    private final PostgresInquiry.Interruption interruption;
    private final Listener listener;
    private final List<PostgresText> before = new ArrayList<>();
    private final List<PostgresTemporaryTables.Table> tables = new ArrayList<>();
    private final List<PostgresText> afterwards = new ArrayList<>();
    private boolean bound;
    /** Of the room, in bytes; the listener has it with the tables. */
    private long taken;

    /** By sequence: the beginning of the statement that sets its position, and the one that asks for that. */
    private final List<Position> sequences = new ArrayList<>();

    private record Position(PostgresText setSql, PostgresText askSql) {}

    /** One of the two is called, once. */
    interface Listener {
        /** @param tables for whose content there is {@linkplain PostgresCarriedRoom room} */
        void onDumped(PostgresTemporaryTables tables);

        void onPinned(String reason);
    }

    PostgresTemporaryTablesDump(
            PostgresBackend backend,
            PostgresTemporaryTableNames names,
            PostgresCarriedRoom room,
            PostgresInquiry.Interruption interruption,
            Listener listener) {
        this.backend = backend;
        this.names = names;
        this.room = room;
        this.interruption = interruption;
        this.listener = listener;
    }

    /** @param again whether the same is going to be asked once more, or was asked before */
    void start(boolean again) {
        new Definitions().ask(PostgresKeptStatement.TEMPORARY_TABLES, PostgresTemporaryTablesQuery.sql(), again);
    }

    /** Nobody wants the content any more. */
    void giveRoomBack() {
        long bytes = taken;
        taken = 0;
        room.giveBack(bytes);
    }

    private static String unreadable(PostgresError failure) {
        return "temporary tables can't be read: " + failure.message();
    }

    private final class Definitions extends PostgresInquiry {
        private @Nullable String pinned;

        Definitions() {
            super(backend, interruption);
        }

        @Override
        void onRow(List<PostgresText> row) {
            PostgresText name = row.get(2);
            PostgresText sql = row.get(3);
            switch (row.get(1).asAscii()) {
                case "pinned" -> pinned = pinned == null ? name.asAscii() : pinned;
                case "before" -> before.add(sql);
                case "table" -> tables.add(PostgresTemporaryTables.Table.empty(name, sql, row.get(4)));
                case "after" -> afterwards.add(sql);
                case "reference" -> {
                    afterwards.add(sql);
                    bound = true;
                }
                case "sequence" -> sequences.add(new Position(sql, row.get(4)));
                default -> throw new PostgresProtocolException("unexpected answer to the query for temporary tables");
            }
        }

        @Override
        void onEnd(@Nullable PostgresError failure) {
            if (failure != null) {
                listener.onPinned(unreadable(failure));
            } else if (pinned != null) {
                listener.onPinned(pinned);
            } else {
                new Contents().start();
            }
        }
    }

    private final class Contents extends PostgresInquiry {
        private final List<PostgresTemporaryTables.Table> full = new ArrayList<>();
        private final List<PostgresText> positions = new ArrayList<>();
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private int rows;
        private long size;
        private boolean noRoom;
        private int done;

        Contents() {
            super(backend, interruption);
        }

        void start() {
            List<byte[]> statements = new ArrayList<>();
            statements.add(SELECT_FORMATS);
            for (PostgresTemporaryTables.Table table : tables) {
                statements.add(table.sizeSql());
                statements.add(table.copyOutSql());
            }
            sequences.forEach(position -> statements.add(position.askSql().bytes()));
            ask(statements);
        }

        @Override
        void onRow(List<PostgresText> columns) {
            int position = done - 1 - 2 * tables.size();
            if (position >= 0) {
                positions.add(new PostgresText(PostgresQuoting.join(
                        sequences.get(position).setSql().bytes(),
                        columns.getFirst().bytes(),
                        PostgresQuoting.ascii(", '"),
                        columns.get(1).bytes(),
                        PostgresQuoting.ascii("')"))));
            } else if (done > 0) {
                size += Long.parseLong(columns.getFirst().asAscii());
            }
        }

        @Override
        void onCopiedRow(ByteBuf row) {
            rows++;
            if (isTooMuch() || noRoom) {
                return;
            }
            int length = row.readableBytes();
            noRoom = !room.take(length);
            if (!noRoom) {
                taken += length;
                byte[] copied = new byte[length];
                row.readBytes(copied);
                content.writeBytes(copied);
            }
        }

        private boolean isTooMuch() {
            return rows > PostgresTemporaryTables.MOST_ROWS || size > PostgresTemporaryTables.MOST_BYTES;
        }

        @Override
        void onStatementDone() {
            done++;
            boolean copied = done > 1 && full.size() < tables.size() && done % 2 == 1;
            if (copied) {
                full.add(tables.get(full.size()).with(content.toByteArray()));
                content.reset();
            }
        }

        @Override
        void onInterrupted() {
            giveRoomBack();
        }

        @Override
        void onEnd(@Nullable PostgresError failure) {
            String pinned = failure != null
                    ? unreadable(failure)
                    : isTooMuch()
                            ? PostgresTemporaryTables.TOO_LARGE
                            : noRoom
                                    ? "temporary tables while the proxy carries as many as it has room for"
                                    : settleCommitActions();
            if (pinned == null) {
                taken = 0;
                listener.onDumped(new PostgresTemporaryTables(
                        List.copyOf(before),
                        List.copyOf(full),
                        List.copyOf(afterwards),
                        List.copyOf(positions),
                        bound));
            } else {
                giveRoomBack();
                listener.onPinned(pinned);
            }
        }

        /**
         * The server does not tell what becomes of a table at COMMIT; one that has rows keeps them.
         *
         * @return why that can't be told of one of them; null if it can
         */
        private @Nullable String settleCommitActions() {
            for (int i = 0; i < full.size(); i++) {
                PostgresTemporaryTables.Table table = full.get(i);
                PostgresTemporaryTableNames.AtCommit atCommit =
                        names.atCommit(table.name().bytes());
                if (table.isEmpty() && atCommit == PostgresTemporaryTableNames.AtCommit.UNKNOWN) {
                    return "empty temporary table that may be one ON COMMIT DELETE ROWS";
                }
                if (table.isEmpty() && atCommit == PostgresTemporaryTableNames.AtCommit.EMPTY) {
                    full.set(i, table.emptyingAtCommit());
                }
            }
            return null;
        }
    }
}

package io.godwit.replication.engine.postgresql;

import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/** Carries one chunk's rows from server to server in constant memory. */
final class PostgresCopyPipe {
    /** Rows are sent together up to this size: a message for each row would cost more than the row. */
    private static final int BUFFER_BYTES = 64 * 1024;

    private final PostgresSession source;
    private final PostgresSession target;
    private final boolean binary;
    private final PostgresCopyMeter meter;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    PostgresCopyPipe(PostgresSession source, PostgresSession target, boolean binary, PostgresCopyMeter meter) {
        this.source = source;
        this.target = target;
        this.binary = binary;
        this.meter = meter;
    }

    void carry(PostgresCopyChunk chunk) throws SQLException, InterruptedException {
        PostgresTable table = chunk.table();
        if (table.columns().isEmpty()) {
            return;
        }
        String format = binary && table.binary() ? " (FORMAT binary)" : "";
        CopyOut out = source.connection()
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyOut("COPY (" + chunk.selectSql() + ") TO STDOUT" + format);
        CopyIn in = target.connection()
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("COPY " + table.name() + " (" + table.columnList() + ") FROM STDIN" + format);
        pump(out, in);
        long written = in.endCopy();
        if (out.getHandledRowCount() != written) {
            throw new SQLException("table " + table.name() + ": " + out.getHandledRowCount() + " rows were read but "
                    + written + " written");
        }
        meter.onChunk(chunk, written);
    }

    private void pump(CopyOut out, CopyIn in) throws SQLException, InterruptedException {
        int filled = 0;
        for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
            if (filled + row.length > buffer.length) {
                in.writeToCopy(buffer, 0, filled);
                meter.onBytes(filled);
                filled = 0;
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            if (row.length > buffer.length) {
                in.writeToCopy(row, 0, row.length);
                meter.onBytes(row.length);
            } else {
                System.arraycopy(row, 0, buffer, filled, row.length);
                filled += row.length;
            }
            meter.onRow();
        }
        in.writeToCopy(buffer, 0, filled);
        meter.onBytes(filled);
    }
}

package io.godwit.backup.engine;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a table held at one moment. For an engine without tables it is what comes nearest: of Redis a logical database,
 * whose rows are its keys.
 *
 * @param table its qualified name in the engine's own notation
 * @param rows how many of them stay until somebody removes them
 * @param hash over those rows, independent of their order, in hexadecimal; what stands before a colon tells how it was made
 * @param expiring the other rows, which go by themselves; empty where an engine has no such thing
 */
public record TableFingerprint(
        String table,
        long rows,
        String hash,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ExpiringRows> expiring) {

    public TableFingerprint(String table, long rows, String hash, @Nullable List<ExpiringRows> expiring) {
        this.table = table;
        this.rows = rows;
        this.hash = hash;
        // Absent from the manifests of engines whose rows do not expire.
        this.expiring = expiring == null ? List.of() : List.copyOf(expiring);
    }

    public TableFingerprint(String table, long rows, String hash) {
        this(table, rows, hash, List.of());
    }

    /** Whether the other holds the same rows; as far as counting tells, where the two were hashed in different ways. */
    boolean sameRows(TableFingerprint other) {
        return rows == other.rows && (!method().equals(other.method()) || hash.equals(other.hash));
    }

    private String method() {
        return hash.substring(0, hash.indexOf(':') + 1);
    }

    /** With those that expire. */
    public long allRows() {
        return rows + expiring.stream().mapToLong(ExpiringRows::rows).sum();
    }
}

package io.godwit.backup.restoration;

import io.godwit.backup.engine.TableFingerprint;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;

/** One hash over those of all tables. */
final class ContentsDigest {
    private ContentsDigest() {}

    static String of(List<TableFingerprint> tables) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            tables.stream()
                    .sorted(Comparator.comparing(TableFingerprint::table))
                    .forEach(table -> digest.update((table.table() + "|" + table.rows() + "|" + table.hash() + "\n")
                            .getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}

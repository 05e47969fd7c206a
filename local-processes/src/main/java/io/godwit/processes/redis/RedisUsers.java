package io.godwit.processes.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The users with which a server begins its life; the file holds hashes of their passwords, as ACL SAVE writes them. */
final class RedisUsers {
    /** May do nothing but ask whether the server is there; its password stays in the server's directory. */
    static final String PROBE = "godwit_probe";

    private static final int PASSWORD_BYTES = 24;

    private RedisUsers() {}

    static void write(RedisFiles files, String administrator, String administratorPassword) throws IOException {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        String probePassword = HexFormat.of().formatHex(random);
        RedisFiles.writePrivately(files.probePassword(), probePassword);
        // Nobody can be the default user, but as that user a server reads the transactions in its append-only file:
        // what it were not allowed to do would be lost at a restart.
        RedisFiles.writePrivately(
                files.users(), """
                user default off resetpass ~* &* +@all
                user %s on #%s ~* &* +@all
                user %s on #%s resetkeys resetchannels -@all +ping
                """.formatted(administrator, hash(administratorPassword), PROBE, hash(probePassword)));
    }

    static String probePassword(RedisFiles files) throws IOException {
        return Files.readString(files.probePassword()).strip();
    }

    private static String hash(String password) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(password.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

package io.godwit.launcher.platform;

import io.godwit.engines.SecretSealer;
import io.godwit.processes.tls.CertificateAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** The installation's secrets: made at the first start, each in a file that only its owner may read. */
final class PlatformSecrets {
    private static final int BYTES = 32;

    private final PlatformHome home;
    private final SecureRandom random = new SecureRandom();

    PlatformSecrets(PlatformHome home) {
        this.home = home;
    }

    void createMissing() {
        createOnce(home.masterKey(), Base64.getEncoder().encodeToString(randomBytes()));
        createOnce(home.internalToken(), randomText());
        // The prefix lets secret scanners and people recognise what it is.
        createOnce(home.operatorToken(), "godwit_" + randomText());
        CertificateAuthority.in(home.directory());
    }

    Path caCertificate() {
        return CertificateAuthority.in(home.directory()).certificateFile();
    }

    /** @return the secret of this name, made on first use */
    String get(String name) {
        Path file = home.secret(name);
        createOnce(file, randomText());
        return read(file);
    }

    String operatorToken() {
        return read(home.operatorToken());
    }

    String internalToken() {
        return read(home.internalToken());
    }

    /** Opens what the services have sealed. */
    SecretSealer sealer() {
        try {
            return SecretSealer.fromKeyFile(home.masterKey());
        } catch (IOException e) {
            throw neverMade(home.masterKey(), e);
        }
    }

    private String randomText() {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(randomBytes());
    }

    private byte[] randomBytes() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Whole or not at all: a start that is cut off leaves no empty secret. */
    private static void createOnce(Path file, String content) {
        if (Files.exists(file)) {
            return;
        }
        try {
            Files.createDirectories(file.getParent());
            Path fresh = file.resolveSibling(file.getFileName() + ".new");
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, content + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw neverMade(file, e);
        }
    }

    private static PlatformException neverMade(Path file, IOException cause) {
        return new PlatformException(file + " can't be read; './godwit up' makes it", cause);
    }
}

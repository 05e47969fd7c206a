package io.godwit.engines;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets with AES-256-GCM under the installation's master key.
 *
 * <p>Safe for use by several threads.
 */
public final class SecretSealer {
    private static final int KEY_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    /** @throws IllegalArgumentException if {@code masterKey} is not 32 bytes long */
    public SecretSealer(byte[] masterKey) {
        if (masterKey.length != KEY_BYTES) {
            throw new IllegalArgumentException("master key has " + masterKey.length + " bytes; expected " + KEY_BYTES);
        }
        this.key = new SecretKeySpec(masterKey, "AES");
    }

    /**
     * Reads the master key, base64-encoded on one line.
     *
     * @throws IOException if the file can't be read
     * @throws IllegalArgumentException if the file does not hold 32 base64-encoded bytes
     */
    public static SecretSealer fromKeyFile(Path file) throws IOException {
        String encoded = Files.readString(file, StandardCharsets.US_ASCII).strip();
        try {
            return new SecretSealer(Base64.getDecoder().decode(encoded));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "master key file " + file + " is invalid; expected 32 bytes in base64", e);
        }
    }

    public SealedSecret seal(String secret) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] ciphertext = run(Cipher.ENCRYPT_MODE, nonce, secret.getBytes(StandardCharsets.UTF_8));
        byte[] sealed = ByteBuffer.allocate(NONCE_BYTES + ciphertext.length)
                .put(nonce)
                .put(ciphertext)
                .array();
        return new SealedSecret(Base64.getEncoder().encodeToString(sealed));
    }

    /** @throws IllegalStateException if the secret was sealed under another master key or was altered */
    public String open(SealedSecret secret) {
        ByteBuffer sealed = ByteBuffer.wrap(Base64.getDecoder().decode(secret.sealed()));
        byte[] nonce = new byte[NONCE_BYTES];
        sealed.get(nonce);
        byte[] ciphertext = new byte[sealed.remaining()];
        sealed.get(ciphertext);
        return new String(run(Cipher.DECRYPT_MODE, nonce, ciphertext), StandardCharsets.UTF_8);
    }

    private byte[] run(int mode, byte[] nonce, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "a sealed secret can't be processed; was it sealed under another master key?", e);
        }
    }
}

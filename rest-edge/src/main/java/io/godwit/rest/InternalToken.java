package io.godwit.rest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** The secret by which Godwit's services know each other. */
public final class InternalToken {
    /** The request header that carries it. */
    public static final String HEADER = "X-Godwit-Internal-Token";

    private final String value;

    /** @throws IllegalArgumentException if {@code value} is blank */
    public InternalToken(String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException("the internal token is blank; expected a random text");
        }
        this.value = value;
    }

    /**
     * @throws IOException if the file can't be read
     * @throws IllegalArgumentException if the file is blank
     */
    public static InternalToken read(Path file) throws IOException {
        return new InternalToken(Files.readString(file, StandardCharsets.UTF_8).strip());
    }

    /** The token itself, to be sent to another service and nowhere else. */
    public String value() {
        return value;
    }

    /** Takes the same time however much of the candidate is right. */
    boolean matches(@Nullable String candidate) {
        return candidate != null
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8), candidate.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "InternalToken[…]";
    }
}

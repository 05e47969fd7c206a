package io.godwit.cli.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The file in which {@code godwit login} keeps the platform's address and a token; only its owner may read it. */
public record StoredLogin(Path file) {
    private static final JsonMapper JSON = new JsonMapper();

    /** {@code $GODWIT_HOME/cli.json} where that variable is set, otherwise {@code ~/.config/godwit/cli.json}. */
    public static StoredLogin of(Map<String, String> environment) {
        String home = environment.get("GODWIT_HOME");
        if (home != null && !home.isBlank()) {
            return new StoredLogin(Path.of(home, "cli.json"));
        }
        String user = environment.getOrDefault("HOME", System.getProperty("user.home"));
        String config = environment.getOrDefault("XDG_CONFIG_HOME", user + "/.config");
        return new StoredLogin(Path.of(config, "godwit", "cli.json"));
    }

    /** @throws IllegalArgumentException naming the file, if it is damaged */
    Optional<PlatformAddress> read() {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            JsonNode stored = JSON.readTree(Files.readString(file));
            return Optional.of(new PlatformAddress(
                    PlatformAddress.parseUrl(stored.path("url").asString("")),
                    stored.path("token").asString("")));
        } catch (JacksonException e) {
            throw new IllegalArgumentException(file + " is damaged; expected JSON with url and token; log in again", e);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read " + file, e);
        }
    }

    /** Replaces the file at once, so that nobody reads half of it. */
    public void write(URI url, String token) {
        ObjectNode stored = JSON.createObjectNode().put("url", url.toString()).put("token", token);
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path fresh = Files.createTempFile(
                    file.toAbsolutePath().getParent(),
                    "cli",
                    ".json",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, stored.toString());
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("can't write " + file, e);
        }
    }
}

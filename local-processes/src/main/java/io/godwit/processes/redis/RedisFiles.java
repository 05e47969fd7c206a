package io.godwit.processes.redis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Where the files of one server lie in its directory. */
record RedisFiles(Path directory) {
    Path data() {
        return directory.resolve("data");
    }

    /** What the server began with and has changed itself since; {@code CONFIG REWRITE} writes it. */
    Path ownConfiguration() {
        return directory.resolve("redis.conf");
    }

    /** What we decide at each start; read after the other, so that it wins. */
    Path fixedConfiguration() {
        return directory.resolve("godwit.conf");
    }

    /** The server's users with the hashes of their passwords; written last when a server is made. */
    Path users() {
        return directory.resolve("users.acl");
    }

    Path probePassword() {
        return directory.resolve("probe-password");
    }

    Path pid() {
        return directory.resolve("redis.pid");
    }

    Path certificate() {
        return directory.resolve("server.crt");
    }

    Path key() {
        return directory.resolve("server.key");
    }

    Path authority() {
        return directory.resolve("ca.crt");
    }

    Path processRecord() {
        return directory.resolve("process.properties");
    }

    Path log() {
        return directory.resolve("server.log");
    }

    /** Readable by its owner alone; takes the place of an older file at once. */
    static void writePrivately(Path file, byte[] content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(fresh, content);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    static void writePrivately(Path file, String content) throws IOException {
        writePrivately(file, content.getBytes(StandardCharsets.UTF_8));
    }
}

package io.godwit.processes;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** A folder of root's as the platform's home is where there are no user namespaces: closed to all but the servers' user. */
public final class ClosedHome {
    private final Path folder;

    /** Skips the test where we are not root, or can't become anybody else. */
    public ClosedHome(Path directory) throws IOException {
        assumeThat(Commands.succeeds(UnprivilegedCommand.OTHER_USER.wrap(List.of("true"))))
                .as("we are root and can become somebody else")
                .isTrue();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        folder = Files.createDirectories(directory.resolve("home"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        UnprivilegedCommand.OTHER_USER.letPass(folder);
    }

    /** Not made yet. */
    public Path server() {
        return folder.resolve("servers").resolve("srv_1");
    }

    /** The user id of a process, as the kernel has it. */
    public static String userOf(long pid) throws IOException {
        return Files.getAttribute(Path.of("/proc/" + pid), "unix:uid").toString();
    }
}

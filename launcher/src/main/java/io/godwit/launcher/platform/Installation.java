package io.godwit.launcher.platform;

import io.godwit.processes.Parts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.stream.Stream;

/**
 * Where Godwit's own programs are.
 *
 * @param root the built source tree
 */
record Installation(Path root, Parts parts) {
    private static final PathMatcher EXECUTABLE = FileSystems.getDefault().getPathMatcher("glob:*-exec.jar");

    /** Looks at the system property {@code godwit.root}, which the start script sets, then around the parts folder. */
    static Installation locate() {
        Parts parts = Parts.locate();
        String configured = System.getProperty("godwit.root");
        if (configured != null) {
            return new Installation(Path.of(configured).toAbsolutePath(), parts);
        }
        Path root = parts.directory().resolve("../../..").normalize();
        return new Installation(root, parts);
    }

    /** @return the service's executable jar */
    Path executable(PlatformService service) {
        Path target = root.resolve(service.module()).resolve("target");
        if (Files.isDirectory(target)) {
            try (Stream<Path> files = Files.list(target)) {
                return files.filter(file -> EXECUTABLE.matches(file.getFileName()))
                        .findFirst()
                        .orElseThrow(() -> notBuilt(service, target));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw notBuilt(service, target);
    }

    private static PlatformException notBuilt(PlatformService service, Path target) {
        return new PlatformException("the service " + service.id() + " is not built: no *-exec.jar in " + target
                + "; run mvn -DskipTests package");
    }
}

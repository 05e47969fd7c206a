package io.godwit.processes;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The folder with the servers that the build brings.
 *
 * @param directory holds one folder per server: {@code kafka}, {@code s3proxy}
 */
public record Parts(Path directory) {
    private static final Path IN_SOURCE_TREE = Path.of("local-processes", "target", "parts");

    /**
     * Looks at the system property {@code godwit.parts}, at the environment variable {@code GODWIT_PARTS}, then for a
     * built source tree around the working directory.
     */
    public static Parts locate() {
        String configured = System.getProperty("godwit.parts", System.getenv("GODWIT_PARTS"));
        if (configured != null) {
            return new Parts(Path.of(configured).toAbsolutePath());
        }
        Path workingDirectory = Path.of("").toAbsolutePath();
        return Stream.iterate(workingDirectory, folder -> folder != null, Path::getParent)
                .map(folder -> folder.resolve(IN_SOURCE_TREE))
                .filter(Files::isDirectory)
                .findFirst()
                .map(Parts::new)
                .orElseThrow(() -> new LocalProcessException("no " + IN_SOURCE_TREE + " at or above " + workingDirectory
                        + "; build the module local-processes, or name the folder with GODWIT_PARTS"));
    }

    /** A class path of all jars of {@code server}. */
    public String classPath(String server) {
        Path folder = directory.resolve(server);
        if (!Files.isDirectory(folder)) {
            throw new LocalProcessException("no " + folder + "; build the module local-processes");
        }
        return folder + "/*";
    }
}

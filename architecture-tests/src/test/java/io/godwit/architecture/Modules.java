package io.godwit.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The folders of the modules that Maven built before this one. */
final class Modules {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Modules() {}

    /** The compiled production classes of each module. */
    static List<Path> classes() {
        return existing("target/classes");
    }

    /** The production sources of each module. */
    static List<Path> sources() {
        return existing("src/main/java");
    }

    /** The test sources of each module. */
    static List<Path> testSources() {
        return existing("src/test/java");
    }

    /** The configuration of each service. */
    static List<Path> configurations() {
        return existing("src/main/resources/application.yaml");
    }

    static Path root() {
        return ROOT;
    }

    static List<Path> javaFiles(List<Path> folders) {
        return folders.stream().flatMap(Modules::javaFiles).toList();
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> existing(String path) {
        try (Stream<Path> modules = Files.list(ROOT)) {
            return modules.map(module -> module.resolve(path))
                    .filter(Files::exists)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

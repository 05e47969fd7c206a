package io.godwit.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.godwit.processes.Commands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs {@code spin} over a model in {@code docs/spec}: each of its interleavings is searched. */
public final class ModelChecker {
    private static final Path MODELS =
            Path.of("..", "docs", "spec").toAbsolutePath().normalize();
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final Path model;
    private final Path folder;

    /**
     * @param model the file's name
     * @param folder for what is made on the way
     */
    public ModelChecker(String model, Path folder) {
        this.model = MODELS.resolve(model);
        this.folder = folder;
    }

    /** Ends a test as skipped, which says what is missing, where the checker or a C compiler is. */
    public static void assumeThere() {
        assumeTrue(
                Commands.succeeds(List.of("spin", "-V")),
                "the model is not checked: 'spin' is not installed; expected the package 'spin'");
        assumeTrue(
                Commands.succeeds(List.of("cc", "--version")),
                "the model is not checked: no C compiler 'cc'; expected the package 'gcc'");
    }

    /**
     * @param optimization of the compiler: more of it for a search that is long
     * @param definitions such as {@code -DLATE=1}
     * @return what the checker reports
     */
    public String check(String optimization, String... definitions) {
        List<String> generate = new ArrayList<>(List.of("spin", "-a"));
        generate.addAll(List.of(definitions));
        generate.add(model.toString());
        run(generate);
        run(
                List.of(
                        "cc",
                        optimization,
                        "-DSAFETY",
                        "-DNOCLAIM",
                        "-DCOLLAPSE",
                        "-DVECTORSZ=512",
                        "-DMEMLIM=2000",
                        "-o"),
                "pan",
                "pan.c");
        return run(List.of("./pan", "-E", "-m20000", "-w22"));
    }

    private String run(List<String> command, String... more) {
        List<String> there = new ArrayList<>(List.of("env", "-C", folder.toString()));
        there.addAll(command);
        there.addAll(List.of(more));
        return Commands.run(there, Map.of(), LIMIT);
    }
}

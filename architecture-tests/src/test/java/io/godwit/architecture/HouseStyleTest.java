package io.godwit.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class HouseStyleTest {
    private static final int MOST_LINES = 400;
    private static final Pattern VAGUE_NAME = Pattern.compile(".*(Manager|Helper|Helpers|Util|Utils|Impl)\\.java");
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TODO|FIXME|XXX|HACK)\\b");

    @Test
    void noClassHasAVagueName() {
        assertThat(productionFiles())
                .filteredOn(file ->
                        VAGUE_NAME.matcher(file.getFileName().toString()).matches())
                .as("name the role instead: what does the class do for its callers?")
                .isEmpty();
    }

    @Test
    void noFileHoldsMoreThanOneIdea() {
        List<Path> files = new ArrayList<>(productionFiles());
        files.addAll(Modules.javaFiles(Modules.testSources()));
        assertThat(files)
                .filteredOn(file -> lines(file).size() > MOST_LINES)
                .as("files over " + MOST_LINES + " lines; split them by idea")
                .isEmpty();
    }

    @Test
    void everyPackageIsNullMarked() {
        List<Path> packages =
                productionFiles().stream().map(Path::getParent).distinct().toList();
        assertThat(packages)
                .filteredOn(folder -> !isNullMarked(folder.resolve("package-info.java")))
                .as("packages without a @NullMarked package-info.java")
                .isEmpty();
    }

    @Test
    void nothingIsLeftUnfinished() {
        assertThat(Modules.javaFiles(Modules.sources()))
                .filteredOn(file -> lines(file).stream()
                        .anyMatch(line -> UNFINISHED.matcher(line).find()))
                .as("finish it or leave it out whole")
                .isEmpty();
    }

    @Test
    void testsWaitByConditionAndNeverSleep() {
        assertThat(Modules.javaFiles(Modules.testSources()))
                .filteredOn(file -> !file.endsWith("HouseStyleTest.java"))
                .filteredOn(file -> lines(file).stream().anyMatch(line -> line.contains("Thread.sleep")))
                .as("use Eventually of the testing module")
                .isEmpty();
    }

    private static List<Path> productionFiles() {
        return Modules.javaFiles(Modules.sources());
    }

    private static boolean isNullMarked(Path packageInfo) {
        return Files.exists(packageInfo) && lines(packageInfo).contains("@NullMarked");
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

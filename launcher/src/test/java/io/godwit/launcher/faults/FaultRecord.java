package io.godwit.launcher.faults;

import io.godwit.engines.EngineId;
import io.godwit.launcher.faults.FaultReport.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The outcomes of several runs in one file, a line for each, so that a matrix of hours can be asked in parts. A cell that the
 * file has is not asked again, in whichever direction it was, unless it was broken. Not safe for use by several threads.
 */
public final class FaultRecord {
    private static final String PROPERTY = "godwit.faults.record";
    private static final String TAB = "\t";

    private final @Nullable Path file;

    private FaultRecord(@Nullable Path file) {
        this.file = file;
    }

    /** The file that the system property {@code godwit.faults.record} names; without it nothing is kept. */
    public static FaultRecord ofProperty() {
        String name = System.getProperty(PROPERTY);
        return name == null ? new FaultRecord(null) : in(Path.of(name));
    }

    /** @param file need not be there yet */
    static FaultRecord in(Path file) {
        return new FaultRecord(file);
    }

    /**
     * In the order in which they came, the last one of a case that was asked several times.
     *
     * @throws IllegalArgumentException if a line is not one of this class's
     */
    public Map<FaultCase, Outcome> outcomes(EngineId engine) {
        if (file == null || Files.notExists(file)) {
            return Map.of();
        }
        Map<String, FaultCell> cells =
                FaultCell.all().stream().collect(Collectors.toMap(FaultCell::toString, Function.identity()));
        Map<FaultCase, Outcome> outcomes = new LinkedHashMap<>();
        for (String line : lines(file)) {
            String[] parts = line.split(TAB, -1);
            FaultCell cell = parts.length == 5 ? cells.get(parts[2]) : null;
            if (cell == null) {
                throw new IllegalArgumentException("'" + line + "' in " + file
                        + " is no outcome of a cell; expected lines that an earlier run wrote");
            }
            if (parts[0].equals(engine.id())) {
                outcomes.put(new FaultCase(engine, Direction.named(parts[1]), cell), new Outcome(parts[3], parts[4]));
            }
        }
        return outcomes;
    }

    /** Those that need not be asked again. */
    Set<FaultCell> asked(EngineId engine) {
        return outcomes(engine).entrySet().stream()
                .filter(outcome -> !outcome.getValue().isBroken())
                .map(outcome -> outcome.getKey().cell())
                .collect(Collectors.toSet());
    }

    public void add(FaultCase asked, Outcome outcome) {
        if (file == null) {
            return;
        }
        String line = Stream.of(
                        asked.engine().id(),
                        asked.direction().toString(),
                        asked.cell().toString(),
                        outcome.word(),
                        outcome.detail())
                .map(part -> part.replaceAll("\\s+", " "))
                .collect(Collectors.joining(TAB));
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

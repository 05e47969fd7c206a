package io.godwit.launcher.demo;

import io.godwit.engines.EngineId;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.engine.postgresql.PostgresDemoEngine;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The demo's shop on each engine that has one. */
public final class DemoEngines {
    private static final Set<EngineId> WITH_SHOP = EnumSet.of(EngineId.POSTGRESQL);

    private DemoEngines() {}

    /** @throws IllegalArgumentException if there is no shop on {@code engine} */
    public static DemoEngine of(EngineId engine) {
        return switch (engine) {
            case POSTGRESQL -> new PostgresDemoEngine();
            case REDIS -> throw new IllegalArgumentException(refusal(engine.id()));
        };
    }

    /** The engines that the demo shows where none is asked for. */
    static List<EngineId> all() {
        return List.copyOf(WITH_SHOP);
    }

    private static String refusal(String engine) {
        return "the demo has no shop on engine '" + engine + "'; expected one of "
                + WITH_SHOP.stream().map(EngineId::id).collect(Collectors.joining(", "));
    }

    /** Reads an engine from the command line. */
    public static final class Converter implements ITypeConverter<EngineId> {
        @Override
        public EngineId convert(String value) {
            EngineId engine = EngineId.find(value)
                    .orElseThrow(() -> new TypeConversionException(
                            "engine '" + value + "' is unknown; expected one of " + EngineId.allIds()));
            if (!WITH_SHOP.contains(engine)) {
                throw new TypeConversionException(refusal(value));
            }
            return engine;
        }
    }
}

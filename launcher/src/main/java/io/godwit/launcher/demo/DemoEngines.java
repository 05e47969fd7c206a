package io.godwit.launcher.demo;

import io.godwit.engines.EngineId;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.engine.postgresql.PostgresDemoEngine;
import io.godwit.launcher.demo.engine.redis.RedisDemoEngine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The demo's shop on each engine. */
public final class DemoEngines {
    private DemoEngines() {}

    public static DemoEngine of(EngineId engine) {
        return switch (engine) {
            case POSTGRESQL -> new PostgresDemoEngine();
            case REDIS -> new RedisDemoEngine();
        };
    }

    /** Reads an engine from the command line. */
    public static final class Converter implements ITypeConverter<EngineId> {
        @Override
        public EngineId convert(String value) {
            return EngineId.find(value)
                    .orElseThrow(() -> new TypeConversionException(
                            "engine '" + value + "' is unknown; expected one of " + EngineId.allIds()));
        }
    }
}

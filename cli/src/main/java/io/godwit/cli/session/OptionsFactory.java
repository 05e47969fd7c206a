package io.godwit.cli.session;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;

/** Makes commands and gives those options the environment that need it. */
public final class OptionsFactory implements IFactory {
    private final Map<String, String> environment;

    public OptionsFactory(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public <K> K create(Class<K> type) throws Exception {
        if (type == ApiOptions.class) {
            return type.cast(new ApiOptions(environment));
        }
        if (type == TargetOptions.class) {
            return type.cast(new TargetOptions(environment));
        }
        return CommandLine.defaultFactory().create(type);
    }
}

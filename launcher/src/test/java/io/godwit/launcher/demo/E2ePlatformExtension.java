package io.godwit.launcher.demo;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests the first platform of the test run, or all of them. */
final class E2ePlatformExtension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == E2ePlatform.class || type == E2ePlatforms.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        E2ePlatforms platforms = context.getRoot()
                .getStore(ExtensionContext.Namespace.GLOBAL)
                .computeIfAbsent(E2ePlatforms.class, _ -> new E2ePlatforms(), E2ePlatforms.class);
        return parameter.getParameter().getType() == E2ePlatforms.class ? platforms : platforms.get(E2ePlatforms.FIRST);
    }
}

package io.godwit.launcher.faults;

import java.util.Locale;

/**
 * A point at which a service stands still.
 *
 * @param service its name, or that of any
 * @param moment {@code sending} before a message leaves, {@code received} before one is handled
 * @param message the last part of the message's type
 */
public record FaultPoint(String service, String moment, String message) {
    /** @param message the name of the message's class */
    static FaultPoint sending(String service, String message) {
        return new FaultPoint(service, "sending", kebabCase(message));
    }

    /** @param message the name of the message's class */
    static FaultPoint received(String service, String message) {
        return new FaultPoint(service, "received", kebabCase(message));
    }

    @Override
    public String toString() {
        return service + "." + moment + "." + message;
    }

    private static String kebabCase(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
    }
}

package io.godwit.events;

import org.jspecify.annotations.Nullable;

/**
 * What preflight found out about a move.
 *
 * @param code stable and in upper snake case, for example {@code TABLE_WITHOUT_PRIMARY_KEY}
 * @param object the object it is about, for example {@code public.orders}; null if it is about the whole move
 * @param message for people: what was found and what it means for the move
 * @param remedy what can be done about it
 */
public record Finding(
        Severity severity, String code, @Nullable String object, String message, String remedy) {

    /** Whether the move can go on. */
    public enum Severity {
        INFO,
        WARNING,
        /** The move stops before anything is touched. */
        BLOCKER
    }
}

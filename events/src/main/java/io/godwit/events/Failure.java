package io.godwit.events;

/**
 * Why something could not be done.
 *
 * @param code stable and in upper snake case, for example {@code TARGET_UNREACHABLE}
 * @param message for people: what was wrong, the value, what was expected; never a secret
 */
public record Failure(String code, String message, Kind kind) {

    /** What kind of failure it is, which decides whether trying again can help. */
    public enum Kind {
        /** The caller asked for something that can't be had. */
        CALLER,
        /** Something else is in the way, such as another migration. */
        CONFLICT,
        /** It may work when tried again. */
        TRANSIENT,
        /** A limit was reached: time, space, connections. */
        EXHAUSTED,
        /** A defect of Godwit or something nobody foresaw. */
        INTERNAL
    }
}

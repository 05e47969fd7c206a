package io.godwit.orchestrator.saga;

/** What a migration is about at its place in the table. */
public enum Activity {
    /** The step's command was sent; its events are awaited. */
    RUNNING,
    /** A recorded undo was sent; its confirmation is awaited. */
    UNDOING,
    /** Nothing was sent; the step begins when the time has come. */
    WAITING,
    /** Nothing happens any more. */
    FINISHED
}

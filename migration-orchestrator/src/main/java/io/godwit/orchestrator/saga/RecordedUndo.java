package io.godwit.orchestrator.saga;

/** That a step was entered whose deed {@code undo} takes back; written down before the step's command is sent. */
public record RecordedUndo(Step step, Undo undo) {}

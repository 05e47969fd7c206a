package io.godwit.launcher.faults;

/** Which steps can't be told apart by a fault. */
enum Likeness {
    /** None. */
    STEP("in each step") {
        @Override
        String of(SagaStep step) {
            return step.toString();
        }
    },
    /** Those of a phase, while no clients are held. */
    STAGE("once in each phase and in each step in which clients are held") {
        @Override
        String of(SagaStep step) {
            return step.isHeld() ? step.toString() : PHASE.of(step);
        }
    },
    /** Those that wait as long and then do the same. */
    PATIENCE("once for each way to wait for an answer") {
        @Override
        String of(SagaStep step) {
            return step.patience();
        }
    },
    /** Those of a phase of one course. */
    PHASE("once in each phase") {
        @Override
        String of(SagaStep step) {
            return step.course() + " " + step.phase();
        }
    },
    /** Those of one course. */
    COURSE("once in each course") {
        @Override
        String of(SagaStep step) {
            return step.course().name();
        }
    };

    /** The same for steps that are alike. */
    abstract String of(SagaStep step);

    private final String reason;

    Likeness(String reason) {
        this.reason = reason;
    }

    /** How often of alike steps one is asked, for people. */
    String reason() {
        return reason;
    }
}

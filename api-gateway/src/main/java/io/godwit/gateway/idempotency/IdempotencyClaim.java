package io.godwit.gateway.idempotency;

/** What is known of a request with an idempotency key. */
sealed interface IdempotencyClaim {

    /** It is new, or nothing came of it before: serve it. */
    record Granted() implements IdempotencyClaim {}

    /** It is being served at this moment. */
    record InFlight() implements IdempotencyClaim {}

    /** It may have been served, or not: there is no answer, and nobody works on one any more. */
    record OutcomeUnknown() implements IdempotencyClaim {}

    /** The key was used for another request. */
    record Reused() implements IdempotencyClaim {}

    /** It has been served: answer the same again. */
    record Answered(StoredResponse response) implements IdempotencyClaim {}
}

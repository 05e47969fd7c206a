package io.godwit.gateway.idempotency;

/** What is known of a request with an idempotency key. */
sealed interface IdempotencyClaim {

    /** It is new, or whoever began with it is gone: serve it. */
    record Granted() implements IdempotencyClaim {}

    /** It is being served at this moment. */
    record InFlight() implements IdempotencyClaim {}

    /** The key was used for another request. */
    record Reused() implements IdempotencyClaim {}

    /** It has been served: answer the same again. */
    record Answered(StoredResponse response) implements IdempotencyClaim {}
}

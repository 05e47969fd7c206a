package io.godwit.replication.engine.postgresql;

/** One of PostgreSQL's own programs failed; the message has the end of what it wrote to standard error. */
final class PostgresToolException extends RuntimeException {
    PostgresToolException(String message) {
        super(message);
    }
}

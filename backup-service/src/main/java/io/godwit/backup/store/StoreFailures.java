package io.godwit.backup.store;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.events.Failure;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Says of every failure of the object store which code it has and whether trying again can help. */
final class StoreFailures {
    private StoreFailures() {}

    /** @param what what was tried, for people, for example {@code reading backups/…} */
    static <T> T translating(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw of(what, e);
        }
    }

    static OperationFailedException of(String what, SdkException failure) {
        return switch (failure) {
            case NoSuchKeyException missing ->
                new OperationFailedException(
                        "ARCHIVE_MISSING", what + " failed: the object is not there", Failure.Kind.INTERNAL, missing);
            case NoSuchBucketException missing ->
                new OperationFailedException(
                        "STORE_REFUSED", what + " failed: the bucket is not there", Failure.Kind.INTERNAL, missing);
            case S3Exception refused
            when refused.statusCode() < 500 && refused.statusCode() != 429 ->
                new OperationFailedException(
                        "STORE_REFUSED",
                        what + " failed: the store answered " + refused.statusCode() + " "
                                + refused.awsErrorDetails().errorCode(),
                        Failure.Kind.INTERNAL,
                        refused);
            default ->
                new OperationFailedException(
                        "STORE_UNREACHABLE",
                        what + " failed: " + failure.getMessage(),
                        Failure.Kind.TRANSIENT,
                        failure);
        };
    }
}

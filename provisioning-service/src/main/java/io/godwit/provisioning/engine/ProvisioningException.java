package io.godwit.provisioning.engine;

import io.godwit.events.Failure;
import org.jspecify.annotations.Nullable;

/** Something can't be provisioned, for a reason with a stable code. */
public final class ProvisioningException extends RuntimeException {
    private final transient Failure failure;

    public ProvisioningException(Failure failure, @Nullable Throwable cause) {
        super(failure.message(), cause);
        this.failure = failure;
    }

    /** The caller asked for something that can't be had. */
    public static ProvisioningException refused(String code, String message) {
        return new ProvisioningException(new Failure(code, message, Failure.Kind.CALLER), null);
    }

    /** Something else is in the way. */
    public static ProvisioningException conflict(String code, String message) {
        return new ProvisioningException(new Failure(code, message, Failure.Kind.CONFLICT), null);
    }

    /** It may work when tried again. */
    public static ProvisioningException unavailable(String code, String message, @Nullable Throwable cause) {
        return new ProvisioningException(new Failure(code, message, Failure.Kind.TRANSIENT), cause);
    }

    public Failure failure() {
        return failure;
    }
}

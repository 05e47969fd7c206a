package io.godwit.provisioning.web;

import io.godwit.events.Failure;
import io.godwit.provisioning.engine.ProvisioningException;
import io.godwit.rest.ProblemException;
import io.godwit.rest.Problems;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Answers what can't be provisioned with a problem of the same code. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class ProvisioningProblems {
    private static final String NOT_FOUND = "_NOT_FOUND";

    @ExceptionHandler
    void onProvisioning(ProvisioningException e, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Failure failure = e.failure();
        Problems.write(request, response, new ProblemException(status(failure), failure.code(), failure.message()));
    }

    private static int status(Failure failure) {
        return switch (failure.kind()) {
            case CALLER -> failure.code().endsWith(NOT_FOUND) ? 404 : 422;
            case CONFLICT -> 409;
            case TRANSIENT, EXHAUSTED -> 503;
            case INTERNAL -> 500;
        };
    }
}

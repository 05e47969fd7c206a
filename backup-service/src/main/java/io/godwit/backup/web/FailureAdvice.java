package io.godwit.backup.web;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.events.Failure;
import io.godwit.rest.ProblemException;
import io.godwit.rest.Problems;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Turns failures into problems; ahead of the advice that takes every exception. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class FailureAdvice {

    @ExceptionHandler
    void onFailure(OperationFailedException e, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Failure failure = e.failure();
        Problems.write(request, response, new ProblemException(status(failure), failure.code(), failure.message()));
    }

    private static int status(Failure failure) {
        return switch (failure.kind()) {
            case CALLER -> 422;
            case CONFLICT -> 409;
            case TRANSIENT, EXHAUSTED -> 503;
            case INTERNAL -> 500;
        };
    }
}

package io.godwit.rest;

import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.util.DisconnectedClientHelper;

/** Turns every exception that leaves a controller into a problem with a stable code. */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);
    private static final String VALIDATION_FAILED = "VALIDATION_FAILED";
    private static final int UNPROCESSABLE = 422;

    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> onProblem(ProblemException e, WebRequest request) {
        return respond(e, Problems.detail(e.status(), e.code(), messageOf(e)), request);
    }

    @ExceptionHandler
    @Nullable
    ResponseEntity<Object> onAnythingElse(Exception e, WebRequest request) {
        if (DisconnectedClientHelper.isClientDisconnectedException(e)) {
            return null;
        }
        String incident = UUID.randomUUID().toString();
        LOG.atError()
                .setMessage("A request failed for a reason nobody foresaw")
                .addKeyValue("incident", incident)
                .addKeyValue("path", path(request))
                .setCause(e)
                .log();
        return respond(
                e,
                Problems.detail(
                        500,
                        "INTERNAL",
                        "The request failed inside Godwit; the log has more under incident " + incident),
                request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return respond(e, UnreadableBody.problem(e), request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(
            MethodArgumentNotValidException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        return respond(e, invalid(e.getBindingResult().getAllErrors().stream().map(ProblemAdvice::violation)), request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleHandlerMethodValidationException(
            HandlerMethodValidationException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        Stream<Violation> violations = e.getParameterValidationResults().stream()
                .flatMap(result -> result.getResolvableErrors().stream()
                        .map(error -> new Violation(
                                error instanceof FieldError field
                                        ? field.getField()
                                        : String.valueOf(
                                                result.getMethodParameter().getParameterName()),
                                String.valueOf(error.getDefaultMessage()))));
        return respond(e, invalid(violations), request);
    }

    @Override
    protected @Nullable ResponseEntity<Object> handleTypeMismatch(
            TypeMismatchException e, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        Class<?> required = e.getRequiredType();
        String detail = "parameter '" + e.getPropertyName() + "' is '" + e.getValue() + "'; expected "
                + (required == null ? "another type" : required.getSimpleName());
        return respond(e, Problems.detail(400, "INVALID_PARAMETER", detail), request);
    }

    /** Every exception of Spring MVC that is not handled above comes here with its status. */
    @Override
    protected @Nullable ResponseEntity<Object> handleExceptionInternal(
            Exception e, @Nullable Object body, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        if (body instanceof ProblemDetail problem && problem.getProperties() != null) {
            return super.handleExceptionInternal(e, body, headers, status, request);
        }
        String detail =
                switch (status.value()) {
                    case 404 -> "Path '" + path(request) + "' does not exist";
                    case 405 -> messageOf(e) + " at '" + path(request) + "'";
                    default ->
                        body instanceof ProblemDetail problem && problem.getDetail() != null
                                ? problem.getDetail()
                                : messageOf(e);
                };
        return super.handleExceptionInternal(
                e, Problems.detail(status.value(), code(status), detail), headers, status, request);
    }

    private @Nullable ResponseEntity<Object> respond(Exception e, ProblemDetail problem, WebRequest request) {
        return handleExceptionInternal(
                e, problem, new HttpHeaders(), HttpStatusCode.valueOf(problem.getStatus()), request);
    }

    private static ProblemDetail invalid(Stream<Violation> violations) {
        List<Violation> all = violations.toList();
        String detail = all.stream()
                .map(violation -> violation.field() + ": " + violation.message())
                .collect(Collectors.joining("; "));
        ProblemDetail problem = Problems.detail(UNPROCESSABLE, VALIDATION_FAILED, detail);
        problem.setProperty("errors", all);
        return problem;
    }

    private static Violation violation(ObjectError error) {
        String field = error instanceof FieldError fieldError ? fieldError.getField() : error.getObjectName();
        return new Violation(field, String.valueOf(error.getDefaultMessage()));
    }

    private static String code(HttpStatusCode status) {
        return status.value() == 400
                ? "INVALID_PARAMETER"
                : HttpStatus.valueOf(status.value()).name();
    }

    private static String messageOf(Exception e) {
        return e.getMessage() == null ? "" : e.getMessage();
    }

    private static String path(WebRequest request) {
        return ((ServletWebRequest) request).getRequest().getRequestURI();
    }

    /** One wrong field of a request. */
    record Violation(String field, String message) {}
}

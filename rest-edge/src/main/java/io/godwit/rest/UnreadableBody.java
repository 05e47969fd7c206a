package io.godwit.rest;

import java.util.stream.Collectors;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** Says what is wrong with a request body, and where. */
final class UnreadableBody {
    private UnreadableBody() {}

    static ProblemDetail problem(HttpMessageNotReadableException e) {
        return switch (e.getCause()) {
            case UnrecognizedPropertyException unknown ->
                invalid(unknown, "is unknown; expected one of " + unknown.getKnownPropertyIds());
            case InvalidFormatException format ->
                invalid(
                        format,
                        "is '" + format.getValue() + "'; expected "
                                + format.getTargetType().getSimpleName());
            case ValueInstantiationException refused -> invalid(refused, reason(refused));
            case DatabindException mapping
            when goesOn(mapping) -> malformed("The body goes on after its end" + place(mapping));
            case DatabindException mapping -> invalid(mapping, "is missing or of the wrong type");
            case JacksonException syntax -> malformed("The body is no JSON" + place(syntax) + ": " + reason(syntax));
            case null, default -> malformed("The body is missing; expected JSON");
        };
    }

    /** Jackson has no type of its own for it, only the text. */
    private static boolean goesOn(DatabindException e) {
        String message = e.getOriginalMessage();
        return message != null && message.startsWith("Trailing token");
    }

    private static ProblemDetail malformed(String detail) {
        return Problems.detail(400, "MALFORMED_JSON", detail);
    }

    private static ProblemDetail invalid(DatabindException e, String what) {
        String field = e.getPath().stream()
                .map(reference -> reference.getPropertyName() == null
                        ? "[" + reference.getIndex() + "]"
                        : reference.getPropertyName())
                .collect(Collectors.joining("."));
        String named = field.isEmpty() ? "The body" : field;
        return Problems.detail(422, "VALIDATION_FAILED", named + " " + what);
    }

    private static String reason(JacksonException e) {
        Throwable cause = e.getCause();
        String reason = cause == null ? e.getOriginalMessage() : cause.getMessage();
        return reason == null ? "unreadable" : reason;
    }

    private static String place(JacksonException e) {
        TokenStreamLocation location = e.getLocation();
        return location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}

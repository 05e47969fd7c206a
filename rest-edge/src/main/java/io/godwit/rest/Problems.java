package io.godwit.rest;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import tools.jackson.databind.json.JsonMapper;

/** RFC 9457 problem details with Godwit's {@code code}. */
public final class Problems {
    static final String CODE = "code";

    private static final URI BLANK = URI.create("about:blank");
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Problems() {}

    /** For use where no controller advice is: in filters. */
    public static void write(HttpServletRequest request, HttpServletResponse response, ProblemException problem)
            throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("type", BLANK.toString());
        body.put("title", title(problem.status()));
        body.put("status", problem.status());
        body.put("detail", problem.getMessage());
        body.put("instance", request.getRequestURI());
        body.put(CODE, problem.code());
        response.setStatus(problem.status());
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        response.setCharacterEncoding(StandardCharsets.UTF_8);
        if (problem.status() == HttpStatus.UNAUTHORIZED.value()) {
            response.setHeader("WWW-Authenticate", "Bearer");
        }
        response.getOutputStream().write(MAPPER.writeValueAsBytes(body));
    }

    static ProblemDetail detail(int status, String code, String detail) {
        ProblemDetail problem = ProblemDetail.forStatus(status);
        problem.setType(BLANK);
        problem.setTitle(title(status));
        problem.setDetail(detail);
        problem.setProperty(CODE, code);
        return problem;
    }

    private static String title(int status) {
        HttpStatus known = HttpStatus.resolve(status);
        return known == null ? "Error" : known.getReasonPhrase();
    }
}

package io.godwit.rest;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.ResponseErrorHandler;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Turns another service's problem back into the exception it came from. */
final class ProblemResponses implements ResponseErrorHandler {
    private static final int MAX_BODY = 64 * 1024;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final String service;

    ProblemResponses(String service) {
        this.service = service;
    }

    @Override
    public boolean hasError(ClientHttpResponse response) throws IOException {
        return response.getStatusCode().isError();
    }

    @Override
    public void handleError(java.net.URI url, org.springframework.http.HttpMethod method, ClientHttpResponse response)
            throws IOException {
        int status = response.getStatusCode().value();
        Answer answer = read(response.getBody().readNBytes(MAX_BODY));
        if (answer.code() != null) {
            throw new ProblemException(status, answer.code(), answer.detail() == null ? "" : answer.detail());
        }
        throw new ProblemException(
                502,
                "UPSTREAM_FAILED",
                "Service '" + service + "' answered " + method + " " + url.getPath() + " with status " + status
                        + "; expected a problem with a code");
    }

    private static Answer read(byte[] body) {
        try {
            Answer answer = MAPPER.readValue(body, Answer.class);
            return answer == null ? new Answer(null, null) : answer;
        } catch (JacksonException e) {
            return new Answer(null, null);
        }
    }

    private record Answer(@Nullable String code, @Nullable String detail) {}
}

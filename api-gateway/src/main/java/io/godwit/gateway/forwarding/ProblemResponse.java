package io.godwit.gateway.forwarding;

import io.godwit.rest.ProblemException;
import io.godwit.rest.Problems;
import org.springframework.web.servlet.function.ServerResponse;

/** What the gateway answers itself in a service's place. */
final class ProblemResponse {
    private ProblemResponse() {}

    static ServerResponse of(ProblemException problem) {
        return ServerResponse.status(problem.status()).build((request, response) -> {
            Problems.write(request, response, problem);
            return null;
        });
    }
}

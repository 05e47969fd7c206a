package io.godwit.gateway.forwarding;

import io.godwit.rest.ProblemException;
import io.godwit.rest.Problems;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.util.MultiValueMap;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.function.ServerResponse;

/** A service's answer, which counts when its last byte is here. One that breaks off is replaced if that can be. */
final class WholeAnswer implements ServerResponse {
    private final ServerResponse answer;
    private final Function<IOException, ProblemException> onBroken;

    /** @param onBroken what to answer instead of half an answer */
    WholeAnswer(ServerResponse answer, Function<IOException, ProblemException> onBroken) {
        this.answer = answer;
        this.onBroken = onBroken;
    }

    @Override
    public @Nullable ModelAndView writeTo(
            HttpServletRequest request, HttpServletResponse response, ServerResponse.Context context)
            throws ServletException, IOException {
        try {
            ModelAndView view = answer.writeTo(request, response, context);
            Delivery.ANSWERED.attachTo(request);
            return view;
        } catch (IOException e) {
            if (response.isCommitted()) {
                throw e;
            }
            ProblemException problem = onBroken.apply(e);
            response.reset();
            Problems.write(request, response, problem);
            return null;
        }
    }

    @Override
    public HttpStatusCode statusCode() {
        return answer.statusCode();
    }

    @Override
    public HttpHeaders headers() {
        return answer.headers();
    }

    @Override
    public MultiValueMap<String, Cookie> cookies() {
        return answer.cookies();
    }
}

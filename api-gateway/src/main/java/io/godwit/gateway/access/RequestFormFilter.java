package io.godwit.gateway.access;

import io.godwit.rest.ProblemException;
import io.godwit.rest.Problems;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.util.unit.DataSize;
import org.springframework.web.filter.OncePerRequestFilter;

/** Refuses bodies that are too long and paths that two servers may read in two ways. */
final class RequestFormFilter extends OncePerRequestFilter {
    private final DataSize maxSize;

    RequestFormFilter(DataSize maxSize) {
        this.maxSize = maxSize;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (isAmbiguous(request.getRequestURI())) {
            Problems.write(
                    request,
                    response,
                    new ProblemException(
                            400,
                            "INVALID_PATH",
                            "Path '" + request.getRequestURI() + "' has a dot segment, an empty segment, a parameter or"
                                    + " an encoded separator; expected plain names between slashes"));
            return;
        }
        byte[] body = request.getInputStream().readNBytes((int) maxSize.toBytes() + 1);
        if (body.length > maxSize.toBytes()) {
            response.setHeader("Connection", "close");
            Problems.write(
                    request,
                    response,
                    new ProblemException(
                            413, "REQUEST_TOO_LARGE", "The body has more than " + maxSize.toBytes() + " bytes"));
            return;
        }
        chain.doFilter(new BufferedRequest(request, body), response);
    }

    /**
     * The path is forwarded as it came, but authorised and routed segment by segment; a service that would normalise it
     * must not come to another conclusion.
     */
    private static boolean isAmbiguous(String path) {
        boolean afterSeparator = false;
        for (PathContainer.Element element : PathContainer.parsePath(path).elements()) {
            if (element instanceof PathSegment segment) {
                String name = segment.valueToMatch();
                boolean hasParameters =
                        !segment.parameters().isEmpty() || segment.value().indexOf(';') >= 0;
                boolean isDots = name.equals(".") || name.equals("..");
                boolean hidesSeparator = name.indexOf('/') >= 0 || name.indexOf('\\') >= 0 || name.indexOf('%') >= 0;
                if (hasParameters || isDots || hidesSeparator) {
                    return true;
                }
                afterSeparator = false;
            } else {
                if (afterSeparator) {
                    return true;
                }
                afterSeparator = true;
            }
        }
        return false;
    }
}

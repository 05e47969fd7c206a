package io.godwit.rest;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

/** Makes HTTP clients with which one service of Godwit calls another. */
public final class InternalClients {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(10);

    private final InternalToken token;
    private final Caller self;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    InternalClients(InternalToken token, String application) {
        this.token = token;
        this.self = new Caller(application, Caller.Role.OPERATOR, null);
    }

    /**
     * A client that calls as this service itself. GET requests are tried again; a problem in the answer becomes the same
     * {@link ProblemException} here, and a service that does not answer {@code 503 UPSTREAM_UNAVAILABLE}.
     *
     * @param service its name, for messages
     */
    public RestClient to(String service, URI baseUrl) {
        JdkClientHttpRequestFactory requests = new JdkClientHttpRequestFactory(http);
        requests.setReadTimeout(READ_TIMEOUT);
        return RestClient.builder()
                .baseUrl(baseUrl)
                .requestFactory(requests)
                .defaultHeader(InternalToken.HEADER, token.value())
                .defaultHeader(CallerHeader.NAME, CallerHeader.encode(self))
                .requestInterceptor(new ResilientCalls(service, baseUrl))
                .defaultStatusHandler(new ProblemResponses(service))
                .build();
    }
}

package io.godwit.gateway.forwarding;

import io.godwit.gateway.stream.EventStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executors;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.JdkClientHttpRequestFactory;

/** Bounds how long a service may take to answer; only a stream of events may last. */
final class UpstreamRequests implements ClientHttpRequestFactory {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /** Making a database may include making a server for it. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

    private final JdkClientHttpRequestFactory bounded;
    private final JdkClientHttpRequestFactory streaming;

    UpstreamRequests() {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(CONNECT_TIMEOUT)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
        bounded = new JdkClientHttpRequestFactory(client);
        bounded.setReadTimeout(ANSWER_TIMEOUT);
        streaming = new JdkClientHttpRequestFactory(client);
    }

    @Override
    public ClientHttpRequest createRequest(URI uri, HttpMethod method) throws IOException {
        return (EventStream.isAt(uri.getPath()) ? streaming : bounded).createRequest(uri, method);
    }
}

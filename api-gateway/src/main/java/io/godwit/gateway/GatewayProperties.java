package io.godwit.gateway;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * @param requestsPerSecond how many requests each token may make
 * @param failedLoginsPerMinute how many requests with a wrong token each address may make
 * @param eventStreamsPerToken how many streams of events each token may follow at a time
 */
@ConfigurationProperties("godwit.gateway")
public record GatewayProperties(
        @DefaultValue Upstreams upstreams,
        @DefaultValue("1MB") DataSize maxRequestSize,
        @DefaultValue("200") int requestsPerSecond,
        @DefaultValue("60") int failedLoginsPerMinute,
        @DefaultValue("20") int eventStreamsPerToken) {

    /** Where the services listen. */
    public record Upstreams(
            @DefaultValue("http://127.0.0.1:18101") URI provisioning,
            @DefaultValue("http://127.0.0.1:18104") URI orchestrator,
            @DefaultValue("http://127.0.0.1:18105") URI backup) {}
}

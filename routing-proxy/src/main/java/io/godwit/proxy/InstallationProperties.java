package io.godwit.proxy;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What all services of an installation share.
 *
 * @param masterKeyFile seals credentials; needed unless the proxy runs alone
 * @param caCertificate PEM; servers with TLS are trusted if their certificate comes from it
 * @param caKey PEM; with it the proxy issues its own certificate
 * @param routes {@code kafka:}, or {@code file:} and the path of a route file to run alone
 */
@ConfigurationProperties("godwit")
record InstallationProperties(
        @Nullable Path masterKeyFile,
        @Nullable Path caCertificate,
        @Nullable Path caKey,
        @DefaultValue("kafka:") String routes) {}

package io.godwit.proxy.network;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * TLS towards clients and towards servers; either is absent where nothing is configured for it.
 *
 * @param clients the proxy's own certificate: the operator's, or one from Godwit's CA
 * @param servers trusts certificates of Godwit's CA, for any host name, as {@code verify-ca} does
 */
public record TlsContexts(
        @Nullable SslContext clients, @Nullable SslContext servers) {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /**
     * Which files there are.
     *
     * @param certificate the operator's own, with {@code key}
     * @param caKey with {@code caCertificate}: a certificate is issued at start
     */
    public record Files(
            @Nullable Path certificate,
            @Nullable Path key,
            @Nullable Path caCertificate,
            @Nullable Path caKey) {}

    /** @throws IllegalStateException if a configured file can't be used */
    public static TlsContexts load(Files files, String host) {
        try {
            return new TlsContexts(forClients(files, host), forServers(files));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalStateException("the proxy's TLS configuration can't be used: " + e.getMessage(), e);
        }
    }

    private static @Nullable SslContext forClients(Files files, String host)
            throws IOException, GeneralSecurityException {
        if (files.certificate() != null && files.key() != null) {
            return SslContextBuilder.forServer(
                            files.certificate().toFile(), files.key().toFile())
                    .protocols(PROTOCOLS)
                    .build();
        }
        if (files.caCertificate() == null || files.caKey() == null) {
            return null;
        }
        IssuedCertificate issued = IssuedCertificate.issue(files.caCertificate(), files.caKey(), host);
        return SslContextBuilder.forServer(issued.key(), issued.chain())
                .protocols(PROTOCOLS)
                .build();
    }

    private static @Nullable SslContext forServers(Files files) throws IOException {
        if (files.caCertificate() == null) {
            return null;
        }
        return SslContextBuilder.forClient()
                .trustManager(files.caCertificate().toFile())
                // verify-ca: servers are reached by address, and only Godwit's CA issues certificates for them.
                .endpointIdentificationAlgorithm(null)
                .protocols(PROTOCOLS)
                .build();
    }
}

package io.godwit.processes.tls;

import java.nio.file.Path;

/**
 * What a server needs to speak TLS, as PEM files.
 *
 * @param keyFile unencrypted PKCS#8, readable by its owner alone
 * @param caFile the certificate of the authority that issued it
 */
public record ServerCertificate(Path certificateFile, Path keyFile, Path caFile) {}

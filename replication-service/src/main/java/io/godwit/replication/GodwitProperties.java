package io.godwit.replication;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * What every service of the installation shares.
 *
 * @param masterKeyFile the key under which credentials are sealed
 * @param caCertificate PEM file of the CA that server certificates must come from
 */
@ConfigurationProperties("godwit")
record GodwitProperties(Path masterKeyFile, Path caCertificate) {}

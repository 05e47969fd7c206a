package io.godwit.backup.engine.redis;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * @param masterKeyFile the key under which the servers' credentials are sealed
 * @param caCertificate PEM file of the CA that server certificates must come from
 */
@ConfigurationProperties("godwit")
record RedisAccessProperties(Path masterKeyFile, Path caCertificate) {}

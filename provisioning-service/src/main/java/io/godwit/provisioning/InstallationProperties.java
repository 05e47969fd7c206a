package io.godwit.provisioning;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** @param masterKeyFile the key under which passwords are sealed */
@ConfigurationProperties("godwit")
record InstallationProperties(Path masterKeyFile) {}

package io.godwit.backup.placement;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/** @param url where the provisioning service answers */
@ConfigurationProperties("godwit.provisioning")
record ProvisioningProperties(
        @DefaultValue("http://127.0.0.1:18101") URI url) {}

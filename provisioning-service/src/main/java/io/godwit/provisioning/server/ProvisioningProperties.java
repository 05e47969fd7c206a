package io.godwit.provisioning.server;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param defaultRegion where databases and servers go if nobody says so
 * @param maxDatabasesPerSharedServer how many tenants' databases a shared server takes
 */
@ConfigurationProperties("godwit.provisioning")
public record ProvisioningProperties(
        @DefaultValue("local") String defaultRegion,
        @DefaultValue("100") int maxDatabasesPerSharedServer,
        @DefaultValue LocalProcesses process) {

    /**
     * Servers as local processes.
     *
     * @param enabled whether such servers are made at all
     * @param ports from which each server is given one
     * @param regions in which such servers are made; empty for every region
     * @param startTimeout how long a server may take to answer after its start
     */
    public record LocalProcesses(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("25000-25999") PortRange ports,
            @DefaultValue List<String> regions,
            @DefaultValue("60s") Duration startTimeout) {}
}

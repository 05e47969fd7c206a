package io.godwit.provisioning.server;

import com.fasterxml.jackson.annotation.JsonAlias;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.TransportSecurity;
import io.godwit.provisioning.engine.ProvisioningException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /servers}. With a host it names a server that exists, without one it asks for a new one.
 *
 * @param provider {@code process} or {@code registered}; null follows from whether there is a host
 * @param tls whether the server speaks TLS, as it should; the same as {@code security} {@code VERIFY_CA} or
 *     {@code PLAIN}
 */
record NewServer(
        @Nullable String provider,
        @Nullable String engine,
        @Nullable String tier,
        @Nullable String region,
        @Nullable String name,
        @Nullable String host,
        @Nullable Integer port,
        @JsonAlias("adminUser") @Nullable String user,
        @JsonAlias("adminPassword") @Nullable String password,
        @Nullable TransportSecurity security,
        @Nullable Boolean tls) {
    /** Nothing that would mean more than a host where it becomes part of an address. */
    private static final Pattern HOST =
            Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]{2,45}]");

    boolean isExisting() {
        boolean existing = host != null;
        if (provider != null && !provider.equals(existing ? "registered" : "process")) {
            throw invalid("provider is '" + provider + "'; expected 'registered' with a host or 'process' without one");
        }
        return existing;
    }

    ServerRegistration.Existing existing() {
        int number = required("port", port);
        if (number < 1 || number > 65_535) {
            throw invalid("port is " + number + "; expected 1 to 65535");
        }
        return new ServerRegistration.Existing(
                // Of two spellings of one name the registry would make two servers.
                new ServerAddress(validHost().toLowerCase(Locale.ROOT), number),
                required("user", user),
                required("password", password),
                transport());
    }

    private String validHost() {
        String given = required("host", host);
        if (!HOST.matcher(given).matches()) {
            throw invalid("host is '" + given + "'; expected a name, an IPv4 address or an IPv6 address in brackets");
        }
        return given;
    }

    private TransportSecurity transport() {
        if (security != null) {
            return security;
        }
        return Boolean.FALSE.equals(tls) ? TransportSecurity.PLAIN : TransportSecurity.VERIFY_CA;
    }

    private static <T> T required(String field, @Nullable T value) {
        if (value == null || value.equals("")) {
            throw invalid(field + " is missing");
        }
        return value;
    }

    private static ProvisioningException invalid(String message) {
        return ProvisioningException.refused("VALIDATION_FAILED", message);
    }

    @Override
    public String toString() {
        return "NewServer[engine=" + engine + ", host=" + host + "]";
    }
}

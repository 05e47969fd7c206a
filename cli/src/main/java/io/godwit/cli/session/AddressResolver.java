package io.godwit.cli.session;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides which platform a command talks to and with which token: what the command line says, then the environment
 * ({@code GODWIT_SERVER}, {@code GODWIT_TOKEN}), then the stored login, then the local platform. A stored token goes only
 * to the address it belongs to, and the local operator's only while the local platform runs there: afterwards anybody may
 * listen.
 */
final class AddressResolver {
    private final Map<String, String> environment;

    AddressResolver(Map<String, String> environment) {
        this.environment = environment;
    }

    PlatformAddress resolve(@Nullable URI url, @Nullable String token) {
        Optional<PlatformAddress> login = StoredLogin.of(environment).read();
        LocalPlatformFiles local = LocalPlatformFiles.of(environment);
        URI chosen = Stream.of(
                        Optional.ofNullable(url),
                        variable("GODWIT_SERVER").map(PlatformAddress::parseUrl),
                        login.map(PlatformAddress::url))
                .flatMap(Optional::stream)
                .findFirst()
                .orElseGet(local::gatewayUrl);
        String chosenToken = Stream.of(
                        Optional.ofNullable(token),
                        variable("GODWIT_TOKEN"),
                        login.filter(stored -> stored.url().equals(chosen)).map(PlatformAddress::token),
                        local.runningGateway().filter(chosen::equals).flatMap(ignored -> local.operatorToken()))
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(null);
        return new PlatformAddress(chosen, chosenToken);
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }
}

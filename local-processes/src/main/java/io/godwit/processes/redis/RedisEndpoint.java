package io.godwit.processes.redis;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Where a server listens, as the configuration of its last start says. */
record RedisEndpoint(int port, boolean tls) {
    static Optional<RedisEndpoint> read(RedisFiles files) {
        try {
            Map<String, String> directives = Files.readAllLines(files.fixedConfiguration()).stream()
                    .map(line -> line.split(" ", 2))
                    .filter(line -> line.length == 2)
                    .collect(Collectors.toMap(line -> line[0], line -> line[1], (_, last) -> last));
            String tlsPort = directives.get("tls-port");
            String port = tlsPort != null ? tlsPort : directives.getOrDefault("port", "");
            return port.matches("\\d+")
                    ? Optional.of(new RedisEndpoint(Integer.parseInt(port), tlsPort != null))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}

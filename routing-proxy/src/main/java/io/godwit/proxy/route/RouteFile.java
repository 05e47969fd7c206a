package io.godwit.proxy.route;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.EngineId;
import io.godwit.engines.Login;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.ServerAddress;
import io.godwit.engines.TransportSecurity;
import io.godwit.events.DatabaseRoute;
import io.godwit.events.ProxyCommand.Backend;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Reads the routes of a proxy that runs alone.
 *
 * <pre>{@code
 * databases:
 *   - name: acme/orders              # tenant/name; clients use database and user orders__acme
 *     password: …                    # what clients log in with, or
 *     verifier: SCRAM-SHA-256$4096:… # its verifier: for PostgreSQL as in pg_authid, for Redis SHA-256$<salt>$<digest>
 *     engine: postgresql             # optional; or redis
 *     epoch: 1                       # optional
 *     backend:
 *       host: 10.0.0.5
 *       port: 5432                   # by default the engine's own
 *       database: orders             # by default the clients' name
 *       user: orders_owner           # by default the clients' name
 *       password: …
 *       tls: verify-ca               # or plain, the default
 * }</pre>
 */
public final class RouteFile {
    private static final long FIRST_EPOCH = 1;

    private final SecretSealer sealer;
    private final BiFunction<EngineId, String, String> verifierOfPassword;

    /** @param verifierOfPassword what clients of that engine with that password are let in under */
    public RouteFile(SecretSealer sealer, BiFunction<EngineId, String, String> verifierOfPassword) {
        this.sealer = sealer;
        this.verifierOfPassword = verifierOfPassword;
    }

    /** @throws IllegalArgumentException naming the entry and what was expected, if the file is not of that form */
    public List<DatabaseRoute> read(Path file) throws IOException {
        Object root;
        try (Reader reader = Files.newBufferedReader(file)) {
            root = new Yaml(new SafeConstructor(new LoaderOptions())).load(reader);
        } catch (MarkedYAMLException e) {
            // Its message quotes the file, passwords included.
            throw new IllegalArgumentException("route file " + file + " is no YAML: " + e.getProblem() + " in line "
                    + (e.getProblemMark().getLine() + 1));
        }
        if (!(root instanceof Map<?, ?> map) || !(map.get("databases") instanceof List<?> databases)) {
            throw new IllegalArgumentException("route file " + file + " has no list 'databases'");
        }
        List<DatabaseRoute> routes = new ArrayList<>();
        for (Object entry : databases) {
            routes.add(route(new Entry("databases[" + routes.size() + "]", entry)));
        }
        return routes;
    }

    private DatabaseRoute route(Entry entry) {
        DatabaseId id = DatabaseId.parse(entry.text("name"));
        String clientName = id.clientName();
        EngineId engine = EngineId.of(entry.text("engine", EngineId.POSTGRESQL.id()));
        String verifier = entry.find("verifier");
        Entry backend = entry.entry("backend");
        Login login = new Login(backend.text("user", clientName), sealer.seal(backend.text("password")));
        return new DatabaseRoute(
                id,
                engine,
                entry.number("epoch", FIRST_EPOCH),
                new DatabaseRoute.ClientLogin(
                        clientName,
                        verifier == null ? verifierOfPassword.apply(engine, entry.text("password")) : verifier),
                new Backend(
                        backend.text("server", "file"),
                        new ServerAddress(
                                backend.text("host"), Math.toIntExact(backend.number("port", serverPort(engine)))),
                        security(backend.text("tls", "plain")),
                        backend.text("database", clientName),
                        login));
    }

    private static long serverPort(EngineId engine) {
        return switch (engine) {
            case POSTGRESQL -> 5432;
            case REDIS -> 6379;
        };
    }

    private static TransportSecurity security(String tls) {
        return switch (tls) {
            case "plain" -> TransportSecurity.PLAIN;
            case "verify-ca" -> TransportSecurity.VERIFY_CA;
            default -> throw new IllegalArgumentException("tls '" + tls + "' is unknown; expected plain or verify-ca");
        };
    }

    /** One mapping of the file; errors name it. */
    private record Entry(String where, @Nullable Object content) {
        private Map<?, ?> map() {
            if (content instanceof Map<?, ?> map) {
                return map;
            }
            throw new IllegalArgumentException("route file: " + where + " is no mapping");
        }

        @Nullable
        String find(String key) {
            Object value = map().get(key);
            return value == null ? null : value.toString();
        }

        String text(String key) {
            String value = find(key);
            if (value == null) {
                throw new IllegalArgumentException("route file: " + where + "." + key + " is missing");
            }
            return value;
        }

        String text(String key, String otherwise) {
            String value = find(key);
            return value == null ? otherwise : value;
        }

        long number(String key, long otherwise) {
            String value = find(key);
            try {
                return value == null ? otherwise : Long.parseLong(value);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "route file: " + where + "." + key + " is '" + value + "'; expected a number", e);
            }
        }

        Entry entry(String key) {
            return new Entry(where + "." + key, map().get(key));
        }
    }
}

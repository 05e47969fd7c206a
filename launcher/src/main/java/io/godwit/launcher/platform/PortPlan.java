package io.godwit.launcher.platform;

import io.godwit.processes.FreePorts;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which ports the platform of one home uses. Chosen at its first start and kept, since connection strings name them.
 *
 * @param base what all ports are counted from; null for the usual ports
 */
record PortPlan(@Nullable Integer base) {
    static final String VARIABLE = "GODWIT_PORT_BASE";
    static final int LOWEST_BASE = 1024;
    /** So many tenant servers have ports of their own. */
    private static final int TENANT_SERVERS = 1000;
    /** From the base to the last port. */
    static final int SPAN = PlatformPort.FIRST_TENANT_SERVER.above(0) + TENANT_SERVERS - 1;

    private static final int HIGHEST_BASE = 65_000;
    private static final int FIRST_OWN_BASE = 20_000;
    private static final int LAST_OWN_BASE = 30_000;
    private static final int STEP = 500;

    int port(PlatformPort port) {
        return base == null ? port.usual() : port.above(base);
    }

    /** All ports that may be used, those of tenant servers too. */
    IntStream all() {
        int tenants = port(PlatformPort.FIRST_TENANT_SERVER);
        return IntStream.concat(
                Arrays.stream(PlatformPort.values()).mapToInt(this::port),
                IntStream.range(tenants + 1, tenants + TENANT_SERVERS));
    }

    /**
     * @param wanted the value of the environment variable, if set
     * @param isFree whether nobody listens on a port
     * @throws IllegalArgumentException if {@code wanted} is no usable number
     */
    static PortPlan choose(Optional<PortPlan> kept, @Nullable String wanted, IntPredicate isFree) {
        if (wanted != null && !wanted.isBlank()) {
            return new PortPlan(parse(wanted.strip()));
        }
        return kept.orElseGet(() -> {
            PortPlan usual = new PortPlan(null);
            if (usual.taken(isFree).isEmpty()) {
                return usual;
            }
            return IntStream.iterate(FIRST_OWN_BASE, candidate -> candidate < LAST_OWN_BASE, next -> next + STEP)
                    .mapToObj(PortPlan::new)
                    .filter(plan -> plan.taken(isFree).isEmpty())
                    .findFirst()
                    .orElseThrow(() -> new PlatformException("no free ports found between " + FIRST_OWN_BASE + " and "
                            + LAST_OWN_BASE + "; name the first one to use in " + VARIABLE));
        });
    }

    static PortPlan choose(Optional<PortPlan> kept, @Nullable String wanted) {
        return choose(kept, wanted, FreePorts::isFree);
    }

    /** @return the ports on which somebody listens */
    List<PlatformPort> taken(IntPredicate isFree) {
        return Arrays.stream(PlatformPort.values())
                .filter(PlatformPort::isListenedOn)
                .filter(port -> !isFree.test(port(port)))
                .toList();
    }

    static Optional<PortPlan> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String base = properties.getProperty("base", "");
        return Optional.of(new PortPlan(base.isEmpty() ? null : parse(base)));
    }

    void write(Path file) {
        Properties properties = new Properties();
        properties.setProperty("base", base == null ? "" : base.toString());
        try (Writer writer = Files.newBufferedWriter(file)) {
            properties.store(writer, "Ports of this platform; empty base: the usual ones");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int parse(String base) {
        if (base.matches("\\d{4,5}")) {
            int number = Integer.parseInt(base);
            if (number >= LOWEST_BASE && number <= HIGHEST_BASE) {
                return number;
            }
        }
        throw new IllegalArgumentException(
                VARIABLE + " is '" + base + "'; expected a port number from " + LOWEST_BASE + " to " + HIGHEST_BASE);
    }
}

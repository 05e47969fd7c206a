package io.godwit.launcher.faults;

import io.godwit.launcher.faults.link.CutLinks;
import io.godwit.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Collection;
import java.util.stream.Collectors;

/** The points of one platform's services, from outside. */
public final class FaultPoints {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final Path folder;
    private final Path jar;

    /** @param folder is made */
    public FaultPoints(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            this.jar = AgentJar.write(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With which the services have to be started; they live too short for what the optimizing compiler would cost. */
    public String javaOptions() {
        return "-XX:TieredStopAtLevel=1 -javaagent:" + jar + " -D" + CutLinks.FOLDER + "=" + folder
                + " -Dspring.kafka.properties.interceptor.classes=" + FaultInterceptor.class.getName();
    }

    /** The next service that comes to the point stands still there, until it is released or dies. */
    public void arm(FaultPoint point) {
        try {
            Files.writeString(folder.resolve(point.toString()), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isReached(FaultPoint point) {
        return Files.exists(reached(point));
    }

    /** @throws AssertionError if no service comes to the point in time */
    public void awaitReached(FaultPoint point, Duration within) throws InterruptedException {
        Eventually.await("a service came to " + point, within, () -> isReached(point));
    }

    /**
     * Ends the services' connections to the ports and refuses new ones, until the answer is closed. Returns when they
     * have ended.
     *
     * @param services by name
     * @param ports all of them if it is empty
     */
    public AutoCloseable cut(Collection<String> services, Collection<Integer> ports)
            throws IOException, InterruptedException {
        String which = ports.isEmpty()
                ? CutLinks.ALL
                : ports.stream().map(port -> Integer.toString(port)).collect(Collectors.joining(" "));
        for (String service : services) {
            // A half-written file would cut nothing for a moment.
            Path written = Files.writeString(folder.resolve(service + ".cutting"), which);
            Files.deleteIfExists(done(service));
            Files.move(written, order(service), StandardCopyOption.ATOMIC_MOVE);
        }
        for (String service : services) {
            Eventually.await("the links of " + service + " are cut", SOON, () -> Files.exists(done(service)));
        }
        return () -> {
            for (String service : services) {
                Files.deleteIfExists(order(service));
            }
        };
    }

    private Path order(String service) {
        return folder.resolve(service + CutLinks.SUFFIX);
    }

    private Path done(String service) {
        return folder.resolve(service + CutLinks.SUFFIX + CutLinks.DONE);
    }

    /** Who stands there goes on; who has not come passes. */
    public void release(FaultPoint point) {
        try {
            Files.deleteIfExists(folder.resolve(point.toString()));
            Files.deleteIfExists(reached(point));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path reached(FaultPoint point) {
        return folder.resolve(point + FaultInterceptor.REACHED);
    }
}

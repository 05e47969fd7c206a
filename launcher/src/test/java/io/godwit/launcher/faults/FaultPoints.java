package io.godwit.launcher.faults;

import io.godwit.testing.Eventually;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** The points of one platform's services, from outside. */
public final class FaultPoints {
    private final Path folder;
    private final Path jar;

    /** @param folder is made */
    public FaultPoints(Path folder) {
        this.folder = folder;
        this.jar = folder.resolve("fault-agent.jar");
        try {
            Files.createDirectories(folder);
            writeJar();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With which the services have to be started. */
    public String javaOptions() {
        return "-javaagent:" + jar + " -D" + FaultAgent.FOLDER + "=" + folder
                + " -Dspring.kafka.properties.interceptor.classes=" + FaultAgent.class.getName();
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
        return folder.resolve(point + FaultAgent.REACHED);
    }

    private void writeJar() throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name("Premain-Class"), FaultAgent.class.getName());
        String entry = FaultAgent.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest);
                InputStream compiled = FaultAgent.class.getClassLoader().getResourceAsStream(entry)) {
            if (compiled == null) {
                throw new IOException("no class file " + entry);
            }
            out.putNextEntry(new JarEntry(entry));
            compiled.transferTo(out);
            out.closeEntry();
        }
    }
}

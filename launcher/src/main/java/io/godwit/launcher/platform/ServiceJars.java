package io.godwit.launcher.platform;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/**
 * Unpacks the services' executable jars. A plain class path starts a service about twice as fast as a jar of jars, and
 * running from copies lets a build replace the originals meanwhile. Jars are kept once for all services, named by their
 * checksum.
 */
final class ServiceJars {
    private static final String INDEX = "BOOT-INF/classpath.idx";
    private static final String CLASSES = "BOOT-INF/classes/";

    private final Path folder;

    ServiceJars(Path folder) {
        this.folder = folder;
    }

    /** A service ready to be started. */
    record Unpacked(String mainClass, List<Path> classPath) {}

    Unpacked unpack(Path executable) {
        try (JarFile jar = new JarFile(executable.toFile())) {
            Files.createDirectories(folder);
            List<Path> classPath = new ArrayList<>();
            classPath.add(copyOfClasses(executable, jar));
            for (String library : libraries(jar)) {
                classPath.add(copyOfLibrary(jar, library));
            }
            String mainClass = jar.getManifest().getMainAttributes().getValue("Start-Class");
            return new Unpacked(
                    Optional.ofNullable(mainClass).orElseThrow(() -> malformed(executable, "Start-Class")), classPath);
        } catch (IOException e) {
            throw new UncheckedIOException(executable + " can't be unpacked", e);
        }
    }

    private static List<String> libraries(JarFile jar) throws IOException {
        ZipEntry index = jar.getEntry(INDEX);
        if (index == null) {
            throw malformed(Path.of(jar.getName()), INDEX);
        }
        try (InputStream input = jar.getInputStream(index)) {
            return new String(input.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("^- \"(.*)\"$", "$1"))
                    .toList();
        }
    }

    private Path copyOfLibrary(JarFile jar, String library) throws IOException {
        ZipEntry entry = jar.getEntry(library);
        Path copy = folder.resolve(named(library.substring(library.lastIndexOf('/') + 1), entry.getCrc()));
        if (!Files.exists(copy)) {
            try (InputStream input = jar.getInputStream(entry)) {
                Path fresh = Files.createTempFile(folder, "unpacking", null);
                Files.copy(input, fresh, StandardCopyOption.REPLACE_EXISTING);
                Files.move(fresh, copy, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return copy;
    }

    /** The service's own classes, as a jar: class archives of the JVM take nothing else. */
    private Path copyOfClasses(Path executable, JarFile jar) throws IOException {
        Path fresh = Files.createTempFile(folder, "unpacking", null);
        long checksum = JarExtract.write(jar, CLASSES, fresh);
        String name = executable.getFileName().toString().replace("-exec.jar", ".jar");
        Path copy = folder.resolve(named(name, checksum));
        Files.move(fresh, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return copy;
    }

    private static String named(String jarName, long checksum) {
        return HexFormat.of().toHexDigits(checksum, 8) + "-" + jarName;
    }

    private static PlatformException malformed(Path executable, String missing) {
        return new PlatformException(executable + " is not an executable Spring Boot jar: no " + missing + " in it");
    }
}

package io.godwit.launcher.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceJarsTest {
    @TempDir
    private Path folder;

    @Test
    void theClassPathHoldsTheServicesClassesFirstThenItsLibrariesInOrder() throws IOException {
        ServiceJars jars = new ServiceJars(folder.resolve("jars"));

        ServiceJars.Unpacked unpacked = jars.unpack(executable("app-exec.jar", "one", List.of("b.jar", "a.jar")));

        assertThat(unpacked.mainClass()).isEqualTo("example.App");
        assertThat(unpacked.classPath().stream()
                        .map(path -> path.getFileName().toString().replaceFirst("^.{8}-", "")))
                .containsExactly("app.jar", "b.jar", "a.jar");
        try (JarFile classes = new JarFile(unpacked.classPath().getFirst().toFile())) {
            assertThat(classes.stream().map(JarEntry::getName)).contains("application.yaml");
        }
        assertThat(unpacked.classPath()).allSatisfy(path -> assertThat(path).exists());
    }

    @Test
    void equalContentIsKeptOnceAndChangedContentBesideIt() throws IOException {
        ServiceJars jars = new ServiceJars(folder.resolve("jars"));
        Path first = executable("app-exec.jar", "one", List.of("a.jar"));
        List<Path> before = jars.unpack(first).classPath();

        assertThat(jars.unpack(first).classPath()).isEqualTo(before);
        List<Path> after =
                jars.unpack(executable("app-exec.jar", "two", List.of("a.jar"))).classPath();

        assertThat(after.getFirst()).isNotEqualTo(before.getFirst());
        assertThat(after.getLast()).isEqualTo(before.getLast());
        try (Stream<Path> files = Files.list(folder.resolve("jars"))) {
            assertThat(files).hasSize(3);
        }
    }

    @Test
    void anotherKindOfJarIsRefused() throws IOException {
        Path plain = folder.resolve("plain-exec.jar");
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(plain))) {
            jar.putNextEntry(new JarEntry("x"));
        }

        assertThatThrownBy(() -> new ServiceJars(folder.resolve("jars")).unpack(plain))
                .isInstanceOf(PlatformException.class)
                .hasMessageContaining("is not an executable Spring Boot jar");
    }

    private Path executable(String name, String content, List<String> libraries) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(new Attributes.Name("Start-Class"), "example.App");
        Path file = folder.resolve(name);
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file), manifest)) {
            put(jar, "BOOT-INF/classes/application.yaml", content.getBytes(StandardCharsets.UTF_8));
            StringBuilder index = new StringBuilder();
            for (String library : libraries) {
                put(jar, "BOOT-INF/lib/" + library, emptyJar(library));
                index.append("- \"BOOT-INF/lib/").append(library).append("\"\n");
            }
            put(jar, "BOOT-INF/classpath.idx", index.toString().getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    private static byte[] emptyJar(String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes)) {
            JarEntry entry = new JarEntry(name);
            entry.setTime(0);
            jar.putNextEntry(entry);
        }
        return bytes.toByteArray();
    }

    private static void put(JarOutputStream jar, String name, byte[] content) throws IOException {
        jar.putNextEntry(new JarEntry(name));
        jar.write(content);
        jar.closeEntry();
    }
}

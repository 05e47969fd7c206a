package io.godwit.launcher.faults;

import io.godwit.launcher.faults.link.CutLinks;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Packs the test agent, and what the JDK's own classes call, which has to be on the boot class path. */
final class AgentJar {
    private static final String LINKS = "fault-links.jar";

    private AgentJar() {}

    /** @return the agent */
    static Path write(Path folder) throws IOException {
        write(folder.resolve(LINKS), Map.of(), List.of(CutLinks.class.getName()));
        return write(
                folder.resolve("fault-agent.jar"),
                Map.of(
                        "Premain-Class",
                        FaultAgent.class.getName(),
                        "Can-Retransform-Classes",
                        "true",
                        "Boot-Class-Path",
                        LINKS),
                List.of(
                        FaultAgent.class.getName(),
                        FaultInterceptor.class.getName(),
                        LinkHook.class.getName(),
                        LinkHook.class.getName() + "$Hook"));
    }

    private static Path write(Path jar, Map<String, String> attributes, List<String> classes) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.forEach((name, value) -> manifest.getMainAttributes().putValue(name, value));
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest)) {
            for (String name : classes) {
                String entry = name.replace('.', '/') + ".class";
                try (InputStream compiled = AgentJar.class.getClassLoader().getResourceAsStream(entry)) {
                    if (compiled == null) {
                        throw new IOException("no class file " + entry);
                    }
                    out.putNextEntry(new JarEntry(entry));
                    compiled.transferTo(out);
                    out.closeEntry();
                }
            }
        }
        return jar;
    }
}

package io.godwit.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A checkout that consists of the script {@code godwit} and empty modules, in a folder with a space in its name. Maven and
 * the JDKs are scripts that tell how they were called; nothing else of the machine is on the path. The script is the real
 * one but for the version it asks for, which no JDK of this machine has.
 */
final class ScriptCheckout {
    static final int REQUIRED_JAVA = 9000;
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> TOOLS =
            List.of("bash", "uname", "sed", "dirname", "readlink", "find", "mkdir", "touch", "tail", "mv", "cp", "cat");
    private static final Set<String> NOT_SHIPPED = Set.of("testing", "benchmarks");
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    private final Path folder;
    private final Path root;
    private final Path tools;
    private final Map<String, String> environment = new HashMap<>();

    ScriptCheckout(Path folder) throws IOException {
        this.folder = folder.toRealPath();
        this.root = Files.createDirectories(this.folder.resolve("check out"));
        this.tools = Files.createDirectories(this.folder.resolve("bin"));
        String script = Files.readString(REPOSITORY.resolve("godwit"));
        String asking = script.replaceFirst("required_java=\\d+", "required_java=" + REQUIRED_JAVA);
        executable(root.resolve("godwit"), asking);
        Files.createFile(root.resolve("pom.xml"));
        for (String module : modulesOfTheReactor()) {
            Files.createDirectories(root.resolve(module).resolve("src/main"));
            Files.createFile(root.resolve(module).resolve("pom.xml"));
        }
        for (String tool : TOOLS) {
            Files.createSymbolicLink(tools.resolve(tool), installed(tool));
        }
        environment.put("PATH", tools.toString());
        environment.put("HOME", this.folder.resolve("home").toString());
        buildSucceeds();
    }

    /** The modules that the client or a service is made of. */
    static List<String> modulesOfTheReactor() throws IOException {
        return MODULE.matcher(Files.readString(REPOSITORY.resolve("pom.xml")))
                .results()
                .map(ScriptCheckout::first)
                .filter(module -> Files.isDirectory(REPOSITORY.resolve(module).resolve("src/main")))
                .filter(module -> !NOT_SHIPPED.contains(module))
                .toList();
    }

    Path root() {
        return root;
    }

    /** Makes a JDK of a version below the test's folder; its {@code java} prints what it is and its arguments. */
    Path jdk(String name, int version) throws IOException {
        Path home = Files.createDirectories(folder.resolve(name));
        Files.createDirectories(home.resolve("bin"));
        Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"Nobody\"\nJAVA_VERSION=\"" + version + ".0.1\"\n");
        executable(home.resolve("bin/javac"), "#!/bin/bash\n");
        executable(
                home.resolve("bin/java"),
                "#!/bin/bash\nprintf 'java of %s\\n' '" + home + "'\nprintf '%s\\n' \"$@\"\nexit ${PROGRAM_EXIT:-0}\n");
        return home;
    }

    void javaHome(Path home) {
        environment.put("JAVA_HOME", home.toString());
    }

    void godwitHome(Path home) {
        environment.put("GODWIT_HOME", home.toString());
    }

    /** Root can become somebody else, to whom its home is closed. */
    void withoutUserNamespaces() throws IOException {
        executable(tools.resolve("unshare"), "#!/bin/bash\nexit 1\n");
        Path home = Files.createDirectories(folder.resolve("home"));
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx------"));
        for (String tool : List.of("setpriv", "test", "true")) {
            Files.createSymbolicLink(tools.resolve(tool), installed(tool));
        }
    }

    void onPath(String name, Path program) throws IOException {
        Files.createSymbolicLink(tools.resolve(name), program);
    }

    void programEndsWith(int exitCode) {
        environment.put("PROGRAM_EXIT", Integer.toString(exitCode));
    }

    void buildSucceeds() throws IOException {
        executable(
                tools.resolve("mvn"),
                "#!/bin/bash\nprintf '%s\\n' \"$*\" >> '" + log() + "'\ntouch launcher/target/launcher-1.jar\n");
    }

    void buildFails(String message) throws IOException {
        executable(
                tools.resolve("mvn"),
                "#!/bin/bash\nprintf '%s\\n' \"$*\" >> '" + log() + "'\necho '" + message + "'\nexit 1\n");
    }

    void withoutMaven() throws IOException {
        Files.delete(tools.resolve("mvn"));
    }

    /** Sets the time at which the last builds began, as the stamps tell it. */
    void buildsBegin(Instant time) throws IOException {
        for (String stamp : new String[] {"platform.stamp", "client.stamp"}) {
            Files.setLastModifiedTime(root.resolve("launcher/target").resolve(stamp), FileTime.from(time));
        }
    }

    void touch(String file, Instant time) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "");
        Files.setLastModifiedTime(path, FileTime.from(time));
    }

    /** @return the arguments of each call of Maven */
    List<String> builds() throws IOException {
        return Files.exists(log()) ? Files.readAllLines(log()) : List.of();
    }

    Outcome run(String... arguments) throws IOException, InterruptedException {
        return run(root.resolve("godwit"), arguments);
    }

    Outcome run(Path script, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(folder, "run", ".out");
        Path err = Files.createTempFile(folder, "run", ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the script has not ended after 30 s; " + Files.readString(err));
        }
        return new Outcome(process.exitValue(), Files.readAllLines(out), Files.readString(err));
    }

    /**
     * How a run ended.
     *
     * @param lines what {@code java} printed: itself, then its arguments
     */
    record Outcome(int exitCode, List<String> lines, String errors) {
        /** Those that the program gets. */
        List<String> arguments() {
            return lines.subList(lines.indexOf("io.godwit.launcher.Launcher") + 1, lines.size());
        }
    }

    private Path log() {
        return folder.resolve("builds.log");
    }

    private static Path installed(String tool) {
        return Stream.of("/usr/bin", "/bin")
                .map(bin -> Path.of(bin, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this machine has no " + tool));
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String first(MatchResult match) {
        return match.group(1);
    }
}

package io.godwit.processes.packages;

import io.godwit.processes.Commands;
import io.godwit.processes.LocalProcessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Downloads Debian packages with a state of our own, so that neither root's rights nor root's lists are needed. */
public final class AptPackages {
    private static final Duration UPDATE_TIMEOUT = Duration.ofMinutes(3);
    private static final Duration DOWNLOAD_TIMEOUT = Duration.ofMinutes(5);
    /** A line of {@code --print-uris}: {@code 'http://…/libpq5_15.18_amd64.deb' libpq5_15.18_amd64.deb 193216 SHA256:…}. */
    private static final Pattern TO_DOWNLOAD = Pattern.compile("^'[^']+' ([^_ ]+)_\\S+\\.deb \\d+", Pattern.MULTILINE);

    /**
     * LLVM serves only just-in-time compilation, which our servers have switched off, and is larger than all the rest;
     * Perl serves the distribution's scripts, headers nobody.
     */
    private static final Pattern NOT_NEEDED = Pattern.compile("libllvm.*|libz3-.*|libperl.*|.*-perl|.*-dev|libc-l10n");

    private final Path folder;

    AptPackages(Path folder) {
        this.folder = folder;
    }

    static boolean isAvailable() {
        return Commands.succeeds(List.of("apt-get", "--version"))
                && Commands.succeeds(List.of("dpkg-deb", "--version"));
    }

    /** Fetches the package lists anew. Sources that do not answer are passed over: whoever uses the lists judges. */
    void update() throws IOException {
        Files.createDirectories(folder.resolve("lists/partial"));
        Files.createDirectories(archives().resolve("partial"));
        Files.createDirectories(folder.resolve("log"));
        Commands.succeeds(apt("apt-get", "update"), UPDATE_TIMEOUT);
    }

    /** @return the names of all packages that begin with {@code prefix} */
    public List<String> names(String prefix) {
        return Commands.run(apt("apt-cache", "pkgnames", prefix), Map.of(), UPDATE_TIMEOUT)
                .lines()
                .toList();
    }

    /**
     * Downloads the packages and those libraries of theirs that this system lacks.
     *
     * @return the package files
     */
    List<Path> download(List<String> wanted) throws IOException {
        List<String> download = new ArrayList<>(List.of("-q", "download"));
        download.addAll(missingOf(wanted));
        Commands.run(aptIn(archives(), download), Map.of(), DOWNLOAD_TIMEOUT);
        try (Stream<Path> files = Files.list(archives())) {
            return files.filter(file -> file.toString().endsWith(".deb")).toList();
        }
    }

    private Path archives() {
        return folder.resolve("archives");
    }

    /** Of what an installation would bring, the programs and libraries; the scripts around them are not needed. */
    private List<String> missingOf(List<String> wanted) {
        List<String> command = new ArrayList<>(
                List.of("install", "--reinstall", "--print-uris", "--no-install-recommends", "--yes", "-qq"));
        command.addAll(wanted);
        List<String> packages = TO_DOWNLOAD
                .matcher(Commands.run(apt("apt-get", command.toArray(String[]::new)), Map.of(), UPDATE_TIMEOUT))
                .results()
                .map((MatchResult match) -> match.group(1))
                .filter(name -> wanted.contains(name) || isLibrary(name))
                .toList();
        if (!packages.containsAll(wanted)) {
            throw new LocalProcessException("apt offers " + packages + "; expected " + wanted + " among them");
        }
        return packages;
    }

    private static boolean isLibrary(String name) {
        return (name.startsWith("lib") || name.startsWith("lua-"))
                && !NOT_NEEDED.matcher(name).matches();
    }

    private List<String> aptIn(Path directory, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("env", "-C", directory.toString()));
        command.addAll(apt("apt-get", arguments.toArray(String[]::new)));
        return command;
    }

    private List<String> apt(String program, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                program,
                "-o",
                "Dir::State=" + folder,
                "-o",
                "Dir::State::lists=" + folder.resolve("lists"),
                "-o",
                "Dir::State::status=/var/lib/dpkg/status",
                "-o",
                "Dir::Cache=" + folder,
                "-o",
                "Dir::Log=" + folder.resolve("log"),
                "-o",
                "Debug::NoLocking=1",
                "-o",
                "APT::Sandbox::User=" + System.getProperty("user.name"),
                // Without these apt fetches descriptions and contents that nobody reads.
                "-o",
                "Acquire::Languages=none",
                "-o",
                "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false"));
        command.addAll(List.of(arguments));
        return command;
    }
}

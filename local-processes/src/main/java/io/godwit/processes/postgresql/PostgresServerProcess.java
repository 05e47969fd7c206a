package io.godwit.processes.postgresql;

import io.godwit.processes.Commands;
import io.godwit.processes.DirectoryTree;
import io.godwit.processes.LocalProcessException;
import io.godwit.processes.ManagedProcess;
import io.godwit.processes.ProcessIdentity;
import io.godwit.processes.UnprivilegedCommand;
import io.godwit.processes.tls.ServerCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A PostgreSQL server as a local process, never with root's rights. */
public final class PostgresServerProcess implements ManagedProcess {
    private static final Duration INITDB_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration COPY_TIMEOUT = Duration.ofDays(1);
    private static final Duration CONTROL_TIMEOUT = Duration.ofSeconds(10);
    private static final String NEW_DATA = "data.";

    private final PostgresInstallation installation;
    private final PostgresServerSettings settings;
    private final UnprivilegedCommand unprivileged;
    private final PostgresInstance instance;

    public PostgresServerProcess(PostgresInstallation installation, PostgresServerSettings settings) {
        this(installation, settings, UnprivilegedCommand.detect());
    }

    PostgresServerProcess(
            PostgresInstallation installation, PostgresServerSettings settings, UnprivilegedCommand unprivileged) {
        this.installation = installation;
        this.settings = settings;
        this.unprivileged = unprivileged;
        this.instance = new PostgresInstance(settings.name(), settings.directory());
    }

    public PostgresServerSettings settings() {
        return settings;
    }

    public boolean isInitialized() {
        return Files.exists(settings.dataDirectory().resolve("PG_VERSION"));
    }

    /**
     * Makes the data directory and in it the administrator. Does nothing if it is there already; what an earlier attempt
     * left half-made is made anew.
     */
    public void initialize(String administratorPassword) {
        if (isInitialized()) {
            return;
        }
        try {
            Path directory = Files.createDirectories(settings.directory());
            Path fresh = directory.resolve("data.new");
            DirectoryTree.delete(fresh);
            Path passwordFile = directory.resolve("administrator-password");
            Files.deleteIfExists(passwordFile);
            Files.createFile(
                    passwordFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.writeString(passwordFile, administratorPassword + "\n");
                unprivileged.own(directory);
                unprivileged.requireReach(installation.program("initdb"));
                Commands.run(
                        unprivileged.wrap(List.of(
                                installation.program("initdb").toString(),
                                "--pgdata=" + fresh,
                                "--username=" + settings.administrator(),
                                "--pwfile=" + passwordFile,
                                "--auth=scram-sha-256",
                                "--encoding=UTF8",
                                // Byte order: the same on every server and for ever, so indexes stay valid everywhere.
                                "--locale=C.UTF-8",
                                "--data-checksums",
                                "--no-instructions")),
                        environment(),
                        INITDB_TIMEOUT);
            } finally {
                Files.deleteIfExists(passwordFile);
            }
            Files.move(fresh, settings.dataDirectory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes the data directory as a copy of the leader's whole server. Does nothing if there is one already.
     *
     * @throws LocalProcessException also if the leader does not give its data
     */
    public void copyLeader() {
        PostgresLeader leader = settings.leader();
        if (leader == null || isInitialized()) {
            return;
        }
        try {
            Path directory = Files.createDirectories(settings.directory());
            discardUnfinishedCopies();
            // A name of its own: a copy that goes on since an earlier life of ours must not write into this one.
            Path fresh = directory.resolve(NEW_DATA + UUID.randomUUID());
            unprivileged.own(directory);
            Commands.run(
                    unprivileged.wrap(List.of(
                            installation.program("pg_basebackup").toString(),
                            "--pgdata=" + fresh,
                            "--host=" + leader.host(),
                            "--port=" + leader.port(),
                            "--username=" + leader.user(),
                            "--wal-method=stream",
                            "--slot=" + leader.slot(),
                            "--checkpoint=fast",
                            "--no-password")),
                    copyEnvironment(leader),
                    COPY_TIMEOUT);
            Files.move(fresh, settings.dataDirectory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void discardUnfinishedCopies() throws IOException {
        try (DirectoryStream<Path> unfinished = Files.newDirectoryStream(settings.directory(), NEW_DATA + "*")) {
            for (Path copy : unfinished) {
                DirectoryTree.delete(copy);
            }
        }
    }

    private Map<String, String> copyEnvironment(PostgresLeader leader) {
        Map<String, String> environment = new HashMap<>(environment());
        environment.put("PGPASSWORD", leader.password());
        environment.put("PGAPPNAME", settings.name());
        ServerCertificate certificate = settings.certificate();
        if (certificate != null) {
            environment.put("PGSSLMODE", "verify-ca");
            environment.put("PGSSLROOTCERT", certificate.caFile().toString());
        }
        return environment;
    }

    /** Whether the server was last started as a standby and has not been promoted since. */
    public boolean isStandby() {
        return PostgresConfiguration.isStandby(settings.dataDirectory());
    }

    /**
     * Of all timelines that its log has been on the highest; each promotion begins one, and notes it before anything else.
     * It is 1 where there never was a promotion.
     */
    public int timeline() {
        return PostgresTimeline.highestOf(settings.dataDirectory());
    }

    /**
     * Where the log of a server ends that led and was stopped cleanly.
     *
     * @throws LocalProcessException if it runs, was not stopped cleanly or did not lead
     */
    public String endOfLog() {
        String control = Commands.run(
                unprivileged.wrap(List.of(
                        installation.program("pg_controldata").toString(), "--pgdata=" + settings.dataDirectory())),
                environment(),
                CONTROL_TIMEOUT);
        String state = field(control, "Database cluster state");
        if (!state.equals("shut down")) {
            throw new LocalProcessException(
                    settings.name() + " is '" + state + "'; expected it to have led and to be 'shut down'");
        }
        return field(control, "Latest checkpoint location");
    }

    private static String field(String control, String name) {
        return control.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElseThrow(() -> new LocalProcessException("pg_controldata does not tell '" + name + "'"));
    }

    /** Ends the server as a crash would and deletes its data, but neither its log nor its port. */
    public void discardData() {
        kill();
        try {
            DirectoryTree.delete(settings.dataDirectory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public Path logFile() {
        return instance.logFile();
    }

    @Override
    public Optional<ProcessIdentity> running() {
        return instance.running();
    }

    @Override
    public void start() {
        if (!isInitialized()) {
            throw new LocalProcessException(settings.name() + " has no data in " + settings.dataDirectory()
                    + "; expected an initialized data directory");
        }
        if (running().isPresent()) {
            return;
        }
        try {
            PostgresConfiguration.write(settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        unprivileged.own(settings.directory());
        unprivileged.requireReach(installation.program("postgres"));
        instance.process()
                .launch(
                        unprivileged.wrap(List.of(
                                installation.program("postgres").toString(),
                                "-D",
                                settings.dataDirectory().toString())),
                        environment(),
                        settings.directory());
    }

    @Override
    public boolean isReady() {
        return instance.isReady();
    }

    @Override
    public void awaitReady(Duration timeout) {
        instance.process().awaitReady(this::isReady, timeout);
    }

    /** Ends all sessions and shuts down cleanly. */
    @Override
    public void stop() {
        instance.stop();
    }

    @Override
    public void kill() {
        instance.kill();
    }

    /** Stops the server and deletes everything of it. */
    public void destroy() {
        stop();
        try {
            DirectoryTree.delete(settings.directory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With our own home the server's client library would try to read our TLS files. */
    private Map<String, String> environment() {
        return Map.of("HOME", settings.directory().toString(), "LC_ALL", "C.UTF-8", "TZ", "GMT");
    }
}

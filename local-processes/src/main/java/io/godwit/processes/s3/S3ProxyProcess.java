package io.godwit.processes.s3;

import io.godwit.processes.DetachedProcess;
import io.godwit.processes.DetachedServer;
import io.godwit.processes.HttpProbe;
import io.godwit.processes.JavaCommand;
import io.godwit.processes.Parts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** S3Proxy over a folder, as a local process; checks signatures. */
public final class S3ProxyProcess extends DetachedServer {
    private static final String NAME = "s3";
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

    private final S3ProxySettings settings;
    private final Parts parts;

    public S3ProxyProcess(S3ProxySettings settings, Parts parts) {
        super(
                new DetachedProcess(
                        NAME,
                        settings.directory().resolve("process.properties"),
                        settings.directory().resolve("server.log")),
                STOP_TIMEOUT);
        this.settings = settings;
        this.parts = parts;
    }

    public S3ProxySettings settings() {
        return settings;
    }

    /** Makes the bucket; works while the store runs too, since a bucket is a folder. */
    public void createBucket(String bucket) {
        try {
            Files.createDirectories(settings.objectsDirectory().resolve(bucket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void launch(DetachedProcess server) throws IOException {
        Files.createDirectories(settings.objectsDirectory());
        writeProperties();
        List<String> options = new ArrayList<>(JavaCommand.smallServer("192m"));
        options.addAll(JavaCommand.classArchive(settings.directory().resolve("server.jsa")));
        server.launch(
                JavaCommand.of(
                        options,
                        parts.classPath("s3proxy"),
                        "org.gaul.s3proxy.Main",
                        List.of("--properties", settings.propertiesFile().toString())),
                Map.of(),
                settings.directory());
    }

    /** Any answer will do; without a signature it is a refusal. */
    @Override
    public boolean isReady() {
        return HttpProbe.status(settings.endpoint()).isPresent();
    }

    private void writeProperties() throws IOException {
        Path file = settings.propertiesFile();
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, """
                # Written by Godwit at each start.
                s3proxy.endpoint=%s
                s3proxy.authorization=aws-v2-or-v4
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.identity=local
                jclouds.credential=local
                jclouds.filesystem.basedir=%s
                """.formatted(
                        settings.endpoint(), settings.accessKey(), settings.secretKey(), settings.objectsDirectory()));
    }
}

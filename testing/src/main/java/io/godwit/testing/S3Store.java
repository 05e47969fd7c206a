package io.godwit.testing;

import io.godwit.processes.FreePorts;
import io.godwit.processes.Parts;
import io.godwit.processes.s3.S3ProxyProcess;
import io.godwit.processes.s3.S3ProxySettings;
import java.net.URI;
import java.time.Duration;

/** A real S3-compatible store with one bucket. */
public final class S3Store implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
    private static final String BUCKET = "godwit";

    private final S3ProxyProcess process;

    private S3Store(S3ProxyProcess process) {
        this.process = process;
    }

    /** @return the store of this test run, started on first use and stopped when the JVM ends; do not close it */
    public static S3Store shared() {
        return Shared.STORE;
    }

    /** @return a store of its own */
    public static S3Store start() {
        int port = FreePorts.any();
        S3ProxyProcess process = new S3ProxyProcess(
                new S3ProxySettings(TestDirectory.resolve("s3_" + port), port, "godwit-test", TestSecrets.randomText()),
                Parts.locate());
        TestDirectory.killAtEnd(process);
        process.createBucket(BUCKET);
        process.start();
        process.awaitReady(START_TIMEOUT);
        return new S3Store(process);
    }

    public URI endpoint() {
        return process.settings().endpoint();
    }

    public String bucket() {
        return BUCKET;
    }

    public String region() {
        return "us-east-1";
    }

    public String accessKey() {
        return process.settings().accessKey();
    }

    public String secretKey() {
        return process.settings().secretKey();
    }

    /** To stop, kill and start the store in the middle of a test. */
    public S3ProxyProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.kill();
    }

    private static final class Shared {
        private static final S3Store STORE = start();
    }
}

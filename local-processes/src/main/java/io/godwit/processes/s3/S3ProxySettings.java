package io.godwit.processes.s3;

import java.net.URI;
import java.nio.file.Path;

/**
 * What one S3 store process is made of.
 *
 * @param directory holds everything of the store: its objects, its log, its process record; made if absent
 * @param port on the loopback interface
 */
public record S3ProxySettings(Path directory, int port, String accessKey, String secretKey) {
    public S3ProxySettings {
        directory = directory.toAbsolutePath();
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    @Override
    public String toString() {
        return "S3ProxySettings[directory=" + directory + ", port=" + port + "]";
    }

    Path objectsDirectory() {
        return directory.resolve("objects");
    }

    Path propertiesFile() {
        return directory.resolve("s3proxy.properties");
    }
}

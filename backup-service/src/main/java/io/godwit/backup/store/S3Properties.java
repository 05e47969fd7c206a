package io.godwit.backup.store;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The object store.
 *
 * @param endpoint addressed in path style, so that any S3-compatible store serves
 * @param bucket made if it is missing
 */
@ConfigurationProperties("godwit.s3")
public record S3Properties(
        URI endpoint,
        @DefaultValue("godwit-backups") String bucket,
        @DefaultValue("us-east-1") String region,
        String accessKey,
        String secretKey) {
    @Override
    public String toString() {
        return "S3Properties[" + endpoint + "/" + bucket + "]";
    }
}

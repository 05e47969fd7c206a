package io.godwit.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

class S3StoreIT {
    private static final S3Store store = S3Store.shared();

    @Test
    void keepsAnObject() {
        try (S3Client client = client(store.secretKey())) {
            client.putObject(request -> request.bucket(store.bucket()).key("a/b"), RequestBody.fromString("content"));

            assertThat(client.getObjectAsBytes(
                                    request -> request.bucket(store.bucket()).key("a/b"))
                            .asUtf8String())
                    .isEqualTo("content");
        }
    }

    @Test
    void refusesAWrongSecret() {
        try (S3Client client = client("wrong")) {
            assertThatThrownBy(() -> client.listObjectsV2(request -> request.bucket(store.bucket())))
                    .isInstanceOf(S3Exception.class)
                    .extracting(e -> ((S3Exception) e).statusCode())
                    .isEqualTo(403);
        }
    }

    private static S3Client client(String secretKey) {
        return S3Client.builder()
                .endpointOverride(store.endpoint())
                .region(Region.of(store.region()))
                .forcePathStyle(true)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(store.accessKey(), secretKey)))
                .build();
    }
}

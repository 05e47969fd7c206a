package io.godwit.backup.store;

import io.godwit.engines.DatabaseId;
import io.godwit.events.MessageJson;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Archives and manifests in the bucket. Each backup has a folder of its own, so that whatever a backup left is found by
 * its name. Every method may throw an {@link io.godwit.backup.failure.OperationFailedException}.
 */
@Component
public class ArchiveStore {
    private static final String ROOT = "backups/";

    private final S3Client s3;
    private final String bucket;

    public ArchiveStore(@Lazy S3Client s3, S3Properties properties) {
        this.s3 = s3;
        this.bucket = properties.bucket();
    }

    /** The folder of one backup, with a trailing slash. */
    public static String folder(DatabaseId database, String backupId) {
        return ROOT + database.tenant() + "/" + database.name() + "/" + backupId + "/";
    }

    /**
     * Asks the store nothing yet.
     *
     * @param folder one that was {@linkplain #removeFolder emptied}
     * @param estimate about how large the archive will be; too small an estimate costs nothing up to twice the size
     */
    public ArchiveUpload beginArchive(String folder, DataSize estimate) {
        return new ArchiveUpload(s3, bucket, folder + "archive", PartSize.forArchive(estimate));
    }

    public ArchiveDownload openArchive(Manifest manifest) {
        return StoreFailures.translating(
                "reading " + manifest.key(),
                () -> ArchiveDownload.of(
                        s3.getObject(request -> request.bucket(bucket).key(manifest.key()))));
    }

    public void writeManifest(String folder, Manifest manifest) {
        byte[] json = MessageJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest);
        StoreFailures.translating(
                "writing the manifest in " + folder,
                () -> s3.putObject(
                        request ->
                                request.bucket(bucket).key(manifestKey(folder)).contentType("application/json"),
                        RequestBody.fromBytes(json)));
    }

    public Manifest readManifest(String folder) {
        byte[] json = StoreFailures.translating(
                "reading the manifest in " + folder,
                () -> s3.getObjectAsBytes(request -> request.bucket(bucket).key(manifestKey(folder)))
                        .asByteArray());
        return MessageJson.mapper().readValue(json, Manifest.class);
    }

    /** Removes everything of one backup, also what an interrupted upload left. */
    public void removeFolder(String folder) {
        makeBucketIfMissing();
        abortUploads(folder, upload -> true);
        for (String key : keys(folder)) {
            StoreFailures.translating(
                    "removing " + key,
                    () -> s3.deleteObject(request -> request.bucket(bucket).key(key)));
        }
    }

    /** @return how many unfinished uploads that began before then were aborted */
    public int abortUploadsBegunBefore(Instant then) {
        makeBucketIfMissing();
        return abortUploads(ROOT, upload -> upload.initiated().isBefore(then));
    }

    private int abortUploads(String prefix, Predicate<MultipartUpload> which) {
        return StoreFailures.translating("aborting unfinished uploads in " + prefix, () -> {
            List<MultipartUpload> uploads =
                    s3
                            .listMultipartUploadsPaginator(
                                    request -> request.bucket(bucket).prefix(prefix))
                            .uploads()
                            .stream()
                            .filter(upload -> upload.key().startsWith(prefix))
                            .filter(which)
                            .toList();
            uploads.forEach(upload -> s3.abortMultipartUpload(
                    request -> request.bucket(bucket).key(upload.key()).uploadId(upload.uploadId())));
            return uploads.size();
        });
    }

    private List<String> keys(String folder) {
        return StoreFailures.translating(
                "listing " + folder,
                () -> s3
                        .listObjectsV2Paginator(
                                request -> request.bucket(bucket).prefix(folder))
                        .contents()
                        .stream()
                        .map(S3Object::key)
                        .toList());
    }

    private void makeBucketIfMissing() {
        StoreFailures.translating("making bucket " + bucket, () -> {
            if (!bucketExists()) {
                makeBucket();
            }
            return bucket;
        });
    }

    private boolean bucketExists() {
        try {
            s3.headBucket(request -> request.bucket(bucket));
            return true;
        } catch (NoSuchBucketException e) {
            return false;
        }
    }

    private void makeBucket() {
        try {
            s3.createBucket(request -> request.bucket(bucket));
        } catch (BucketAlreadyOwnedByYouException e) {
            // Another upload made it in the meantime.
        }
    }

    private static String manifestKey(String folder) {
        return folder + "manifest.json";
    }
}

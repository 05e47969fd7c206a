package io.godwit.backup.store;

import io.godwit.backup.failure.OperationFailedException;
import io.godwit.events.Failure;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/**
 * Writes one archive by multipart upload, holding one part in memory. The store hears of it with the first full part, so
 * that to begin costs nothing. The object appears when {@link #complete} is called; closing before that leaves nothing in
 * the store.
 */
public final class ArchiveUpload extends OutputStream {
    private static final Logger LOG = LoggerFactory.getLogger(ArchiveUpload.class);
    private static final int MOST_PARTS = 10_000;
    private static final String CONTENT_TYPE = "application/octet-stream";

    private final S3Client s3;
    private final String bucket;
    private final String key;
    private final byte[] part;
    private final List<CompletedPart> parts = new ArrayList<>();
    private final MessageDigest sha256 = Digests.sha256();
    private @Nullable String uploadId;
    private int filled;
    private long bytes;
    private boolean completed;

    ArchiveUpload(S3Client s3, String bucket, String key, int partSize) {
        this.s3 = s3;
        this.bucket = bucket;
        this.key = key;
        this.part = new byte[partSize];
    }

    @Override
    public void write(int single) {
        write(new byte[] {(byte) single}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        sha256.update(source, offset, length);
        bytes += length;
        int from = offset;
        int left = length;
        while (left > 0) {
            int step = Math.min(left, part.length - filled);
            System.arraycopy(source, from, part, filled, step);
            filled += step;
            from += step;
            left -= step;
            if (filled == part.length) {
                uploadPart();
            }
        }
    }

    /** How many bytes were written so far. */
    public long bytes() {
        return bytes;
    }

    /**
     * Makes the object appear.
     *
     * @throws OperationFailedException with {@code STORE_INCONSISTENT} if its size is not what was written
     */
    public StoredArchive complete() {
        if (filled > 0 || parts.isEmpty()) {
            uploadPart();
        }
        StoreFailures.translating(
                "completing " + key,
                () -> s3.completeMultipartUpload(request -> request.bucket(bucket)
                        .key(key)
                        .uploadId(uploadId)
                        .multipartUpload(upload -> upload.parts(parts))));
        completed = true;
        long stored = StoreFailures.translating(
                "checking " + key,
                () -> s3.headObject(request -> request.bucket(bucket).key(key)).contentLength());
        if (stored != bytes) {
            throw new OperationFailedException(
                    "STORE_INCONSISTENT",
                    key + " has " + stored + " bytes in the store; expected " + bytes,
                    Failure.Kind.TRANSIENT);
        }
        return new StoredArchive(key, bytes, HexFormat.of().formatHex(sha256.digest()));
    }

    @Override
    public void close() {
        if (completed || uploadId == null) {
            return;
        }
        try {
            s3.abortMultipartUpload(request -> request.bucket(bucket).key(key).uploadId(uploadId));
        } catch (SdkException e) {
            LOG.atWarn()
                    .setMessage("An upload could not be aborted; retention aborts it later")
                    .addKeyValue("key", key)
                    .addKeyValue("reason", e.getMessage())
                    .log();
        }
    }

    private String begin() {
        return StoreFailures.translating(
                "beginning " + key,
                () -> s3.createMultipartUpload(
                                request -> request.bucket(bucket).key(key).contentType(CONTENT_TYPE))
                        .uploadId());
    }

    private void uploadPart() {
        if (uploadId == null) {
            uploadId = begin();
        }
        int number = parts.size() + 1;
        if (number > MOST_PARTS) {
            throw new OperationFailedException(
                    "BACKUP_TOO_LARGE",
                    key + " is larger than " + MOST_PARTS + " parts of " + part.length + " bytes",
                    Failure.Kind.EXHAUSTED);
        }
        int length = filled;
        MessageDigest md5 = Digests.md5();
        md5.update(part, 0, length);
        String contentMd5 = Base64.getEncoder().encodeToString(md5.digest());
        // Not fromBytes: that copies the part, which doubles the memory.
        RequestBody body =
                RequestBody.fromContentProvider(() -> new ByteArrayInputStream(part, 0, length), length, CONTENT_TYPE);
        String eTag = StoreFailures.translating(
                "writing part " + number + " of " + key,
                () -> s3.uploadPart(
                                request -> request.bucket(bucket)
                                        .key(key)
                                        .uploadId(uploadId)
                                        .partNumber(number)
                                        .contentMD5(contentMd5),
                                body)
                        .eTag());
        parts.add(CompletedPart.builder().partNumber(number).eTag(eTag).build());
        filled = 0;
    }
}

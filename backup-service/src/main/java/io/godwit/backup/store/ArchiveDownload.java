package io.godwit.backup.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Reads one archive as a stream and knows its checksum afterwards. */
public final class ArchiveDownload extends FilterInputStream {
    private final MessageDigest sha256;

    private ArchiveDownload(InputStream content, MessageDigest sha256) {
        super(new DigestInputStream(content, sha256));
        this.sha256 = sha256;
    }

    static ArchiveDownload of(InputStream content) {
        return new ArchiveDownload(content, Digests.sha256());
    }

    /** Reads what is left and returns the checksum of the whole in hexadecimal. To be called once. */
    public String finish() throws IOException {
        transferTo(OutputStream.nullOutputStream());
        return HexFormat.of().formatHex(sha256.digest());
    }
}

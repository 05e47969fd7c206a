package io.godwit.launcher.platform;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes a jar of one folder of another jar. */
final class JarExtract {
    /** The same for all entries, so that equal content gives an equal checksum. */
    private static final FileTime TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));

    private JarExtract() {}

    /** @return the checksum of {@code target} */
    static long write(JarFile jar, String folder, Path target) throws IOException {
        CRC32 checksum = new CRC32();
        List<ZipEntry> entries = jar.stream()
                .map(ZipEntry.class::cast)
                .filter(entry -> entry.getName().startsWith(folder))
                .filter(entry -> !entry.getName().equals(folder))
                .toList();
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(target));
                ZipOutputStream zip = new ZipOutputStream(new CheckedOutputStream(file, checksum))) {
            for (ZipEntry entry : entries) {
                ZipEntry copy = new ZipEntry(entry.getName().substring(folder.length()));
                copy.setLastModifiedTime(TIME);
                zip.putNextEntry(copy);
                try (InputStream input = jar.getInputStream(entry)) {
                    input.transferTo(zip);
                }
                zip.closeEntry();
            }
        }
        return checksum.getValue();
    }
}

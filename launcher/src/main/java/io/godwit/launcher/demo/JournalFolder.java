package io.godwit.launcher.demo;

import io.godwit.processes.DirectoryTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder for the clients' journals, for the time of one run. */
public final class JournalFolder {
    private JournalFolder() {}

    public static Path create() {
        try {
            return Files.createTempDirectory("godwit-demo");
        } catch (IOException e) {
            throw new UncheckedIOException("can't make a folder for the clients' journals", e);
        }
    }

    public static void delete(Path folder) {
        try {
            DirectoryTree.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("can't delete " + folder, e);
        }
    }
}

package io.godwit.backup.engine.postgresql;

import io.godwit.backup.engine.ArchiveOrigin;
import io.godwit.backup.tool.StallWatch;
import io.godwit.engines.Login;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.postgresql.PostgresArchiveEntry;
import io.godwit.engines.postgresql.PostgresConnections;
import io.godwit.engines.postgresql.PostgresRestoreList;
import io.godwit.engines.postgresql.PostgresSchemaLoan;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Restores an archive that is read once: its table of contents stands first and is kept, so that each part of the schema can
 * be made by whom it has to be; the rows go by, to all who load some of them at once.
 */
final class PostgresRestoration {
    private static final int CHUNK_BYTES = 1 << 16;
    private static final int SILENCE_MILLIS = 60_000;

    private final PostgresTools tools;
    private final PostgresConnections connections;
    private final SecretSealer sealer;
    private final PostgresRestoreTarget target;
    private final long begin = System.nanoTime();

    PostgresRestoration(
            PostgresTools tools, PostgresConnections connections, SecretSealer sealer, PostgresRestoreTarget target) {
        this.tools = tools;
        this.connections = connections;
        this.sealer = sealer;
        this.target = target;
    }

    /** @throws IOException what {@code archive} throws */
    void restore(InputStream archive, ArchiveOrigin origin) throws IOException, SQLException, InterruptedException {
        Path head = Files.createTempFile("godwit-archive", ".head");
        try {
            tools.readContents(target.server(), archive, head);
            List<String> before = tools.list(head, "pre-data");
            List<String> rows = tools.list(head, "data");
            List<String> after = tools.list(head, "post-data");
            List<PostgresArchiveEntry> entries = Stream.of(before, rows, after)
                    .flatMap(List::stream)
                    .map(PostgresArchiveEntry::parse)
                    .flatMap(Optional::stream)
                    .toList();
            Login admin = target.server().admin();
            try (Connection inside = openInside();
                    PostgresRestorers restorers = PostgresRestorers.appoint(inside, target, sealer, origin, entries)) {
                make(PostgresRestoreList.inOrder(before, admin, restorers::maker), head, inside);
                load(PostgresRestoreList.byMaker(rows, admin, restorers::maker), head, archive);
                make(PostgresRestoreList.inOrder(after, admin, restorers::maker), head, inside);
            }
        } finally {
            Files.deleteIfExists(head);
        }
    }

    /** Used for what is done at once, while the programs do what takes long. */
    private Connection openInside() throws SQLException {
        Connection inside = PostgresInside.open(connections, target.server(), target.database());
        boolean bounded = false;
        try {
            inside.setNetworkTimeout(Runnable::run, SILENCE_MILLIS);
            bounded = true;
            return inside;
        } finally {
            if (!bounded) {
                inside.close();
            }
        }
    }

    private void make(List<PostgresRestoreList.Part> parts, Path head, Connection inside)
            throws IOException, SQLException, InterruptedException {
        for (PostgresRestoreList.Part part : parts) {
            if (part.maker().equals(target.server().admin())) {
                make(part, head);
            } else {
                try (PostgresSchemaLoan _ = PostgresSchemaLoan.to(part.maker().user(), inside)) {
                    make(part, head);
                }
            }
        }
    }

    private void make(PostgresRestoreList.Part part, Path head) throws IOException, InterruptedException {
        load(List.of(part), head, InputStream.nullInputStream());
    }

    private void load(List<PostgresRestoreList.Part> parts, Path head, InputStream rest)
            throws IOException, InterruptedException {
        List<Path> lists = new ArrayList<>();
        List<PostgresRestoreProcess> loaders = new ArrayList<>();
        try {
            for (PostgresRestoreList.Part part : parts) {
                Path list = Files.createTempFile("godwit-archive", ".list");
                lists.add(list);
                Files.write(list, part.entries(), StandardCharsets.ISO_8859_1);
                loaders.add(tools.restore(target, part.maker(), list));
            }
            try (StallWatch bound = StallWatch.start(timeLeft(), () -> loaders.forEach(PostgresRestoreProcess::kill));
                    InputStream first = Files.newInputStream(head)) {
                feed(first, loaders, bound);
                feed(rest, loaders, bound);
                for (PostgresRestoreProcess loader : loaders) {
                    loader.finish(bound);
                }
            }
        } finally {
            loaders.forEach(PostgresRestoreProcess::close);
            for (Path list : lists) {
                Files.deleteIfExists(list);
            }
        }
    }

    private Duration timeLeft() {
        return tools.longestRun().minusNanos(System.nanoTime() - begin);
    }

    /**
     * A program whose server makes it wait, for example for a tenant's own code, does not read, and holds up whoever feeds
     * it; so the bound is on the whole, and is never told that something moved.
     */
    private static void feed(InputStream archive, List<PostgresRestoreProcess> loaders, StallWatch bound)
            throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        for (int read = archive.read(chunk); read >= 0 && !bound.stalled(); read = archive.read(chunk)) {
            for (PostgresRestoreProcess loader : loaders) {
                loader.feed(chunk, read);
            }
        }
    }
}

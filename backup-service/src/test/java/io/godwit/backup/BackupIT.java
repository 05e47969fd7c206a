package io.godwit.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.backup.BackupServiceFixture.BackupDuring;
import io.godwit.backup.store.ArchiveStore;
import io.godwit.backup.store.Manifest;
import io.godwit.engines.DatabaseId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import io.godwit.events.MessageJson;
import io.godwit.rest.Caller;
import io.godwit.testing.Eventually;
import io.godwit.testing.FaultyLink;
import io.godwit.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import tools.jackson.databind.JsonNode;

class BackupIT {
    private static final String PUBLIC_ORDERS = "public.orders";

    private static BackupServiceFixture service;

    @BeforeAll
    static void start() {
        service = new BackupServiceFixture(Map.of("godwit.postgresql.stall-timeout", "3s"));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void aBackupIsStoredWithItsManifestAndCanBeRestored() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/stored");
        service.createDatabase(id, 2_000);

        JsonNode backup = service.backUp(id);

        assertThat(backup.path("status").asString()).as(backup.toString()).isEqualTo("completed");
        assertThat(backup.path("rows").asLong()).isEqualTo(2_000);
        Manifest manifest = manifest(id, backup);
        assertThat(manifest.sha256()).isEqualTo(backup.path("sha256").asString());
        assertThat(manifest.tables()).singleElement().satisfies(table -> {
            assertThat(table.table()).isEqualTo(PUBLIC_ORDERS);
            assertThat(table.rows()).isEqualTo(2_000);
        });
        assertThat(service.verify(backup.path("id").asString()).path("status").asString())
                .isEqualTo("succeeded");
        assertThat(databasesOfGodwit()).as("scratch databases left").isEmpty();
    }

    @Test
    void anArchiveAndItsManifestAreOfTheSameMomentWhileTheTenantWrites() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/moment");
        PlacedDatabase database = service.createDatabase(id, 500);
        BackupServiceFixture.fillWithNoise(database, 5_000);

        BackupDuring during = service.backUpDuring(id, writing -> insertWhile(writing, database));

        JsonNode backup = during.backup();
        assertThat(backup.path("status").asString()).isEqualTo("completed");
        assertThat(backup.path("rows").asInt()).isLessThan(5_500 + during.done());
        assertThat(service.verify(backup.path("id").asString()).path("status").asString())
                .isEqualTo("succeeded");
    }

    @Test
    void anAlteredArchiveIsFoundByVerification() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/altered");
        service.createDatabase(id, 2_000);
        JsonNode backup = service.backUp(id);
        String key = manifest(id, backup).key();
        byte[] archive = service.s3
                .getObjectAsBytes(
                        request -> request.bucket(service.store.bucket()).key(key))
                .asByteArray();
        archive[archive.length / 2] ^= 1;
        service.s3.putObject(
                request -> request.bucket(service.store.bucket()).key(key), RequestBody.fromBytes(archive));

        JsonNode verification = service.verify(backup.path("id").asString());

        assertThat(verification.path("status").asString()).isEqualTo("failed");
        assertThat(verification.path("error").path("code").asString()).isEqualTo("CHECKSUM_MISMATCH");
        assertThat(databasesOfGodwit()).as("scratch databases left").isEmpty();
    }

    @Test
    void aRowThatDiffersFromTheManifestIsFoundByVerification() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/differing");
        service.createDatabase(id, 100);
        JsonNode backup = service.backUp(id);
        String folder = ArchiveStore.folder(id, backup.path("id").asString());
        String json = MessageJson.mapper().writeValueAsString(manifest(id, backup));
        String hash = manifest(id, backup).tables().getFirst().hash();
        service.s3.putObject(
                request -> request.bucket(service.store.bucket()).key(folder + "manifest.json"),
                RequestBody.fromString(json.replace(hash, "copy:0000000000000000")));

        JsonNode verification = service.verify(backup.path("id").asString());

        assertThat(verification.path("error").path("code").asString()).isEqualTo("CONTENT_MISMATCH");
        assertThat(verification.path("error").path("message").asString()).contains(PUBLIC_ORDERS);
    }

    @Test
    void aDumpThatBreaksOffLeavesNeitherObjectNorUpload() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/broken");
        PlacedDatabase database = service.createDatabase(id, 10);
        BackupServiceFixture.fillWithNoise(database, 40_000);
        String backup = service.requestBackup(id);
        Eventually.await("the dump's copying", BackupServiceFixture.LONG, () -> terminateCopy(database));

        JsonNode finished = service.awaitFinished(backup);

        assertThat(finished.path("status").asString()).isEqualTo("failed");
        assertThat(finished.path("error").path("code").asString()).isEqualTo("SOURCE_UNREACHABLE");
        assertThat(service.keys(id)).isEmpty();
        assertThat(uploads(id)).isEmpty();
    }

    @Test
    void aDumpInWhichNothingMovesIsGivenUp() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/stalled");
        PlacedDatabase database = service.createDatabase(id, 10);
        BackupServiceFixture.fillWithNoise(database, 40_000);
        try (FaultyLink link = FaultyLink.to(service.server.access().address())) {
            service.provisioning.place(id, reachedBy(link, database));
            String backup = service.requestBackup(id);
            Eventually.await("the dump's copying", BackupServiceFixture.LONG, () -> copies(database));
            link.stall();

            JsonNode finished = service.awaitFinished(backup);

            assertThat(finished.path("error").path("code").asString()).isEqualTo("DUMP_STALLED");
            assertThat(service.keys(id)).isEmpty();
            assertThat(uploads(id)).isEmpty();
            link.pass();
            Eventually.await(
                    "the end of the connections", BackupServiceFixture.LONG, () -> link.openConnections() == 0);
        }
    }

    @Test
    void aDatabaseLargerThanTheBuffersGoesUpInParts() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/large");
        PlacedDatabase database = service.createDatabase(id, 10);
        BackupServiceFixture.fillWithNoise(database, 20_000);

        JsonNode backup = service.backUp(id);

        assertThat(backup.path("bytes").asLong()).isGreaterThan(16L << 20);
        String eTag = service.s3
                .headObject(request -> request.bucket(service.store.bucket())
                        .key(manifest(id, backup).key()))
                .eTag();
        assertThat(eTag).as("of a multipart upload").matches("\"[0-9a-f]+-[3-9]\"");
        assertThat(service.verify(backup.path("id").asString()).path("status").asString())
                .isEqualTo("succeeded");
    }

    @Test
    void backupsAreListedNewestFirstAndPageByPage() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/listed");
        service.createDatabase(id, 1);
        String first = service.backUp(id).path("id").asString();
        String second = service.backUp(id).path("id").asString();
        String path = "/api/v1/tenants/acme/databases/listed/backups?limit=1";

        JsonNode page = service.get(path).body();
        assertThat(page.path("items").path(0).path("id").asString()).isEqualTo(second);
        JsonNode next = service.get(path + "&cursor=" + page.path("nextCursor").asString())
                .body();
        assertThat(next.path("items").path(0).path("id").asString()).isEqualTo(first);
        assertThat(next.path("nextCursor").isNull()).isTrue();
    }

    @Test
    void strangersAndUnknownsAreRefused() throws Exception {
        DatabaseId id = DatabaseId.parse("acme/private");
        service.createDatabase(id, 1);
        String backup = service.backUp(id).path("id").asString();
        Caller stranger = new Caller("mallory", Caller.Role.TENANT_ADMIN, "globex");
        Caller viewer = new Caller("viewer", Caller.Role.VIEWER, "acme");
        String backups = "/api/v1/tenants/acme/databases/private/backups";

        assertThat(service.send("GET", "/api/v1/backups/" + backup, "", stranger)
                        .code())
                .isEqualTo("FORBIDDEN");
        assertThat(service.send("GET", backups, "", stranger).code()).isEqualTo("FORBIDDEN");
        assertThat(service.send("POST", backups, "", viewer).code()).isEqualTo("FORBIDDEN");
        assertThat(service.send("GET", backups, "", viewer).status()).isEqualTo(200);
        assertThat(service.get("/api/v1/backups/bkp_none").code()).isEqualTo("BACKUP_NOT_FOUND");
        assertThat(service.post("/api/v1/tenants/acme/databases/none/backups", "")
                        .code())
                .isEqualTo("DATABASE_NOT_FOUND");
        assertThat(service.post("/api/v1/tenants/acme/databases/o'neil/backups", "")
                        .code())
                .isEqualTo("INVALID_NAME");
    }

    private static int insertWhile(AtomicBoolean writing, PlacedDatabase database) throws SQLException {
        int inserted = 0;
        try (Connection tenant = PostgresServer.openOwner(database);
                Statement statement = tenant.createStatement()) {
            while (writing.get()) {
                statement.execute("INSERT INTO orders (id, note) VALUES (" + (1_000 + inserted) + ", 'late')");
                inserted++;
            }
            return inserted;
        }
    }

    private static PlacedDatabase reachedBy(FaultyLink link, PlacedDatabase database) {
        ServerAccess server = database.server();
        ServerAccess linked = new ServerAccess(
                server.serverId(),
                server.engine(),
                server.version(),
                link.address(),
                server.security(),
                server.admin(),
                server.replication());
        return new PlacedDatabase(linked, database.databaseName(), database.owner());
    }

    private static boolean terminateCopy(PlacedDatabase database) throws SQLException {
        return copying(database, "count(pg_terminate_backend(pid))");
    }

    private static boolean copies(PlacedDatabase database) throws SQLException {
        return copying(database, "count(*)");
    }

    private static boolean copying(PlacedDatabase database, String selected) throws SQLException {
        try (Connection admin = service.server.openAdmin("postgres");
                Statement statement = admin.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + selected + " FROM pg_stat_activity"
                        + " WHERE query LIKE 'COPY %noise%' AND datname = '" + database.databaseName() + "'")) {
            row.next();
            return row.getInt(1) > 0;
        }
    }

    private static List<String> databasesOfGodwit() throws SQLException {
        try (Connection admin = service.server.openAdmin("postgres");
                Statement statement = admin.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT string_agg(datname, ',') FROM pg_database WHERE datname LIKE 'godwit%'")) {
            row.next();
            String names = row.getString(1);
            return names == null ? List.of() : List.of(names.split(","));
        }
    }

    private static Manifest manifest(DatabaseId id, JsonNode backup) {
        String key = ArchiveStore.folder(id, backup.path("id").asString()) + "manifest.json";
        byte[] json = service.s3
                .getObjectAsBytes(
                        request -> request.bucket(service.store.bucket()).key(key))
                .asByteArray();
        return MessageJson.mapper().readValue(json, Manifest.class);
    }

    private static List<String> uploads(DatabaseId id) {
        return service.s3.listMultipartUploads(request -> request.bucket(service.store.bucket())).uploads().stream()
                .map(upload -> upload.key())
                .filter(key -> key.startsWith("backups/" + id + "/"))
                .toList();
    }
}

package io.godwit.launcher.platform;

import io.godwit.processes.ManagedProcess;
import io.godwit.processes.postgresql.PostgresInstallation;
import io.godwit.processes.postgresql.PostgresServerProcess;
import io.godwit.processes.s3.S3ProxyProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Brings up what does not run. The broker and the stores come up side by side; the services follow as soon as the broker
 * and their database answer, since they make their tables and topics first of all.
 */
final class Startup {
    private static final Duration TIMEOUT = Duration.ofMinutes(3);

    private final PlatformHome home;
    private final PlatformProcesses processes;
    private final ServicesDatabase database;
    private final PlatformSecrets secrets;
    private final Supplier<PostgresInstallation> postgres;
    private final StartProgress progress;
    private final Instant began = Instant.now();
    private final List<String> started = Collections.synchronizedList(new ArrayList<>());

    Startup(
            PlatformHome home,
            PlatformProcesses processes,
            ServicesDatabase database,
            PlatformSecrets secrets,
            Supplier<PostgresInstallation> postgres,
            StartProgress progress) {
        this.home = home;
        this.processes = processes;
        this.database = database;
        this.secrets = secrets;
        this.postgres = postgres;
        this.progress = progress;
    }

    PlatformStart run() {
        CompletableFuture<Void> broker = new CompletableFuture<>();
        CompletableFuture<Void> tables = new CompletableFuture<>();
        Stream<Runnable> infrastructure = Stream.of(
                () -> signal(broker, this::startKafka), () -> signal(tables, this::startDatabase), this::startStore);
        Stream<Runnable> services = Stream.of(PlatformService.values()).map(service -> () -> {
            broker.join();
            tables.join();
            bringUp(processes.service(service, postgres));
        });
        Parallel.run(Stream.concat(infrastructure, services).toList());
        return new PlatformStart(List.copyOf(started), Duration.between(began, Instant.now()));
    }

    private void startKafka() {
        bringUp(processes.kafka());
    }

    private void startStore() {
        S3ProxyProcess store = processes.s3(secrets.get(ObjectStore.SECRET));
        store.createBucket(ObjectStore.BUCKET);
        bringUp(store);
    }

    private void startDatabase() {
        if (processes.isDatabaseReady()) {
            return;
        }
        PostgresServerProcess server = processes.servicesDatabase(postgres.get());
        server.initialize(secrets.get(ServicesDatabase.ADMINISTRATOR));
        bringUp(server);
        database.createMissing();
    }

    private void bringUp(ManagedProcess process) {
        boolean ran = process.running().isPresent();
        process.start();
        home.showLog(process.name(), process.logFile());
        process.awaitReady(TIMEOUT);
        if (!ran) {
            started.add(process.name());
            synchronized (progress) {
                progress.ready(process.name(), Duration.between(began, Instant.now()));
            }
        }
    }

    /** Lets those who wait go on, or fail with the same reason. */
    private static void signal(CompletableFuture<Void> done, Runnable task) {
        try {
            task.run();
            done.complete(null);
        } catch (RuntimeException e) {
            done.completeExceptionally(e);
            throw e;
        }
    }
}

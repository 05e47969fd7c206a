package io.godwit.launcher.demo;

import io.godwit.engines.PlacedDatabase;
import io.godwit.launcher.demo.engine.DemoEngine;
import io.godwit.launcher.demo.load.ClientSession;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.Journal;
import io.godwit.launcher.demo.load.Load;
import io.godwit.launcher.demo.load.LoadMeter;
import io.godwit.launcher.demo.load.MessageSession;
import io.godwit.launcher.demo.load.ShopSession;
import io.godwit.launcher.faults.ReconnectingSession;
import io.godwit.launcher.faults.TlsTunnel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The clients of a run with a fault in it: some come by the proxy; one knows the source's address and never heard of the
 * proxy.
 */
final class FaultClients implements AutoCloseable {
    /** Several exchanges meet each moment of a cutover, and services that start again get the processor. */
    private static final Duration THOUGHT = Duration.ofMillis(250);

    private final List<Integer> numbers;
    private final int bypassing;
    private final Load load;
    private final Load bypassingLoad;
    private final @Nullable TlsTunnel tunnel;
    private final Path folder;

    private FaultClients(
            List<Integer> numbers,
            int bypassing,
            Load load,
            Load bypassingLoad,
            @Nullable TlsTunnel tunnel,
            Path folder) {
        this.numbers = numbers;
        this.bypassing = bypassing;
        this.load = load;
        this.bypassingLoad = bypassingLoad;
        this.tunnel = tunnel;
        this.folder = folder;
    }

    /** How many accounts the clients need. */
    static int accounts(DemoEngine engine) {
        return bypassing(engine) + 1;
    }

    /**
     * Starts them.
     *
     * @param maySessionsBreak whether they lose their connections, and with those what was on its way to a receiver
     * @param folder for their journals
     */
    static FaultClients start(
            E2ePlatform platform,
            DemoEngine engine,
            DatabaseConnection database,
            PlacedDatabase source,
            boolean maySessionsBreak,
            Path folder)
            throws IOException {
        List<Integer> numbers = numbers(engine, maySessionsBreak);
        List<ClientSession> sessions = numbers.stream()
                .map(client -> reconnecting(engine, database, client))
                .toList();
        Load load = new Load(sessions, Files.createDirectory(folder.resolve("clients")), THOUGHT);
        TlsTunnel tunnel =
                switch (engine.id()) {
                    // Its driver asks for TLS by itself.
                    case POSTGRESQL -> null;
                    case REDIS -> TlsTunnel.to(source.server().address(), platform.caCertificate());
                };
        DatabaseConnection direct =
                tunnel == null ? platform.direct(source) : platform.direct(source, tunnel.address());
        int bypassing = bypassing(engine);
        Load bypassingLoad = new Load(
                List.of(reconnecting(engine, direct, bypassing)),
                Files.createDirectory(folder.resolve("bypassing")),
                THOUGHT);
        return new FaultClients(numbers, bypassing, load, bypassingLoad, tunnel, folder);
    }

    /** Of those that come by the proxy; what the other one is told counts, that it is refused is as it should be. */
    LoadMeter meter() {
        return load.meter();
    }

    /** See {@link Load#awaitEach}. */
    void awaitEach(int exchanges) throws InterruptedException {
        load.awaitEach(exchanges);
    }

    /** By client; those of numbers that nobody has are empty. To be read after {@link #close()}. */
    List<Path> journals() {
        List<Path> journals = new ArrayList<>();
        for (int client = 0; client < bypassing; client++) {
            int place = numbers.indexOf(client);
            journals.add(place < 0 ? empty(client) : load.journals().get(place));
        }
        journals.addAll(bypassingLoad.journals());
        return journals;
    }

    private Path empty(int client) {
        Path file = folder.resolve("nobody-" + client + ".journal");
        new Journal(file).close();
        return file;
    }

    /** Which of the engine's clients: on Redis each number is another way to use it. */
    private static List<Integer> numbers(DemoEngine engine, boolean maySessionsBreak) {
        return switch (engine.id()) {
            case POSTGRESQL -> List.of(0, 1, 2, 3);
            // What a server or a proxy was about to tell a receiver dies with the connection, without Godwit too.
            case REDIS ->
                maySessionsBreak
                        ? List.of(0, 1, 4, 5, 8)
                        : IntStream.range(0, 9).boxed().toList();
        };
    }

    private static int bypassing(DemoEngine engine) {
        return switch (engine.id()) {
            case POSTGRESQL -> 4;
            case REDIS -> 16;
        };
    }

    private static ClientSession reconnecting(DemoEngine engine, DatabaseConnection database, int client) {
        return switch (engine.openSession(database, client)) {
            case ShopSession shop ->
                new ReconnectingSession(shop, () -> (ShopSession) engine.openSession(database, client));
            case MessageSession messages -> messages;
        };
    }

    @Override
    public void close() {
        load.close();
        bypassingLoad.close();
        if (tunnel != null) {
            tunnel.close();
        }
    }
}

package io.godwit.cli.api;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A socket that answers each connection with the next text it was given, and then says nothing and never closes. */
final class SlowPlatform implements AutoCloseable {
    private final ServerSocket server;
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<String> answers;

    SlowPlatform(String... answers) {
        this.answers = List.of(answers);
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().name("slow-platform").start(this::accept);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** The head of each request, one for each connection. */
    List<String> requests() {
        return requests;
    }

    /** Says {@code text} on the first connection again and again. */
    void repeat(String text, Duration period) {
        var _ = later.scheduleAtFixedRate(() -> say(text), 0, period.toMillis(), TimeUnit.MILLISECONDS);
    }

    void say(String text) {
        try {
            write(connections.getFirst(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = server.accept();
                connections.add(connection);
                requests.add(head(connection));
                write(connection, answers.get(Math.min(requests.size(), answers.size()) - 1));
            }
        } catch (IOException e) {
            // The test has ended.
            later.shutdownNow();
        }
    }

    private static String head(Socket connection) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder head = new StringBuilder();
        for (String line = lines.readLine(); line != null && !line.isEmpty(); line = lines.readLine()) {
            head.append(line).append("\n");
        }
        return head.toString();
    }

    private static synchronized void write(Socket connection, String text) throws IOException {
        OutputStream out = connection.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        later.shutdownNow();
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}

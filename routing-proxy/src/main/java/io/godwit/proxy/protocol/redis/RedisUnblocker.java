package io.godwit.proxy.protocol.redis;

import io.godwit.events.ProxyCommand.Backend;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A second connection to a server, as the database's owner, on which blocked commands are ended. It is opened when a move
 * is near and closes when it has not been needed for a while. Confined to its event loop.
 */
final class RedisUnblocker {
    private static final Logger LOG = LoggerFactory.getLogger(RedisUnblocker.class);
    private static final Duration KEPT = Duration.ofMinutes(1);
    private static final String NO_ENTRY = "0-0";

    private final EventLoop loop;
    private final Backend server;
    private final RedisConnector connector;
    private final Runnable over;
    private final List<Runnable> waiting = new ArrayList<>();
    private final Set<Listener> asked = new LinkedHashSet<>();
    private @Nullable RedisBackend backend;
    private @Nullable RedisDialogue dialogue;
    private boolean opening;
    private long lastUse;

    /** Told what became of the request. */
    interface Listener {
        /** @param newest ids of the newest entries of the streams asked about, in order */
        void onUnblocked(List<String> newest);

        /** The command was not waiting, not yet or no longer, or the server could not be asked. */
        void onNothingUnblocked();
    }

    /** @param over told when this one is not to be used any more */
    RedisUnblocker(EventLoop loop, Backend server, RedisConnector connector, Runnable over) {
        this.loop = loop;
        this.server = server;
        this.connector = connector;
        this.over = over;
    }

    /** Opens the connection if there is none. */
    void prepare() {
        whenOpen(() -> {});
    }

    /**
     * Ends a client's blocked command with nothing done. The ids of the newest entries of its streams are read before: a
     * command that is still there to be ended has been given nothing, so no entry came since. Not in a transaction, which
     * a server takes no command into when its memory is used up.
     *
     * @param clientId the server's name for the client's connection
     */
    void unblock(long clientId, int database, RedisBlockedCommand blocked, Listener listener) {
        whenOpen(() -> {
            RedisDialogue talk = dialogue;
            if (talk == null) {
                listener.onNothingUnblocked();
                return;
            }
            List<String> streams = blocked.streamsToLookUp();
            blocked.askUnblock();
            List<String[]> commands = new ArrayList<>();
            commands.add(new String[] {"SELECT", Integer.toString(database)});
            for (String stream : streams) {
                commands.add(new String[] {"XINFO", "STREAM", stream});
            }
            commands.add(new String[] {"CLIENT", "UNBLOCK", Long.toString(clientId), "ERROR"});
            ByteBuf out = allocate();
            commands.forEach(words -> RedisMessages.command(out, RedisInterpreter.command(words)));
            asked.add(listener);
            talk.ask(out, commands.size(), replies -> {
                asked.remove(listener);
                List<RedisReply> answers = List.copyOf(replies);
                if (answers.getLast().text().equals("1")) {
                    listener.onUnblocked(newest(answers.subList(1, answers.size() - 1)));
                } else {
                    listener.onNothingUnblocked();
                }
            });
        });
    }

    private static List<String> newest(List<RedisReply> streams) {
        List<String> ids = new ArrayList<>();
        for (RedisReply stream : streams) {
            // A stream that does not exist is an error here, and has its first entry still before it.
            ids.add(stream.isError() ? NO_ENTRY : stream.value("last-generated-id"));
        }
        return ids;
    }

    private ByteBuf allocate() {
        RedisBackend open = backend;
        if (open == null) {
            throw new IllegalStateException("there is no connection");
        }
        return open.channel().alloc().buffer();
    }

    private void whenOpen(Runnable task) {
        lastUse = System.nanoTime();
        if (backend != null && !opening) {
            task.run();
            return;
        }
        waiting.add(task);
        if (opening) {
            return;
        }
        opening = true;
        connector.open(loop, server, server.login()).addListener((Future<RedisBackend> result) -> {
            if (result.isSuccess()) {
                logIn(result.getNow());
            } else {
                onLost(String.valueOf(result.cause().getMessage()));
            }
        });
    }

    private void logIn(RedisBackend opened) {
        backend = opened;
        RedisDialogue talk = new RedisDialogue(opened, (channel, frame) -> {}, this::onLost);
        new RedisReplay(opened).state(RedisCarriedState.NEW).run(talk, outcome -> {
            if (!outcome.error().isEmpty()) {
                onLost(outcome.error());
                return;
            }
            dialogue = talk;
            onOpened();
            closeLater();
        });
    }

    private void onOpened() {
        opening = false;
        List<Runnable> tasks = List.copyOf(waiting);
        waiting.clear();
        tasks.forEach(Runnable::run);
    }

    private void closeLater() {
        var _ = loop.schedule(
                () -> {
                    if (backend == null) {
                        return;
                    }
                    if (System.nanoTime() - lastUse < KEPT.toNanos()) {
                        closeLater();
                    } else {
                        over.run();
                        backend.terminate();
                        backend = null;
                        dialogue = null;
                    }
                },
                KEPT.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    private void onLost(String reason) {
        LOG.atDebug()
                .setMessage("The connection that ends blocked commands is lost")
                .addKeyValue("server", server.address())
                .addKeyValue("reason", reason)
                .log();
        over.run();
        if (backend != null) {
            backend.terminate();
            backend = null;
        }
        dialogue = null;
        List<Listener> unanswered = List.copyOf(asked);
        asked.clear();
        unanswered.forEach(Listener::onNothingUnblocked);
        onOpened();
    }
}

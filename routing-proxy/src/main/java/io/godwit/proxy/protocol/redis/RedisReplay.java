package io.godwit.proxy.protocol.redis;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * The commands that give a connection a session's state, in one go. Confined to one event loop.
 *
 * <p>The login comes first and the subscriptions last, since under RESP2 nothing else is taken after them.
 */
final class RedisReplay {
    private static final int CHANNELS_AT_ONCE = 500;

    private final ByteBuf out;
    private final RedisBackend backend;
    private int replies;

    RedisReplay(RedisBackend backend) {
        this.backend = backend;
        this.out = backend.channel().alloc().buffer();
    }

    /** For a connection that has had another state. */
    RedisReplay reset() {
        add("RESET");
        return this;
    }

    RedisReplay state(RedisCarriedState state) {
        List<byte[]> hello =
                new ArrayList<>(RedisInterpreter.command("HELLO", Integer.toString(state.protocolVersion())));
        hello.addAll(backend.login());
        add(hello);
        if (state.database() != 0) {
            add("SELECT", Integer.toString(state.database()));
        }
        if (state.name() != null) {
            add("CLIENT", "SETNAME", state.name());
        }
        if (state.libraryName() != null) {
            add("CLIENT", "SETINFO", "LIB-NAME", state.libraryName());
        }
        if (state.libraryVersion() != null) {
            add("CLIENT", "SETINFO", "LIB-VER", state.libraryVersion());
        }
        if (state.noEvict()) {
            add("CLIENT", "NO-EVICT", "ON");
        }
        if (state.noTouch()) {
            add("CLIENT", "NO-TOUCH", "ON");
        }
        if (state.tracking() != null) {
            List<String> tracking = new ArrayList<>(List.of("CLIENT", "TRACKING", "ON"));
            tracking.addAll(state.tracking());
            add(tracking.toArray(String[]::new));
        }
        return this;
    }

    RedisReplay scripts(Collection<byte[]> scripts) {
        for (byte[] script : scripts) {
            List<byte[]> load = RedisInterpreter.command("SCRIPT", "LOAD");
            load.add(script);
            add(load);
        }
        return this;
    }

    /** Whether the server is the master and takes commands. */
    RedisReplay check(RedisCarriedState state) {
        if (!state.takesSubscriptionsOnly()) {
            add("HELLO");
        }
        return ping();
    }

    RedisReplay ping() {
        add("PING");
        return this;
    }

    RedisReplay subscriptions(RedisCarriedState state) {
        subscribe("SUBSCRIBE", state.channels());
        subscribe("PSUBSCRIBE", state.patterns());
        subscribe("SSUBSCRIBE", state.shardChannels());
        return this;
    }

    RedisReplay listenForMarker() {
        add("PSUBSCRIBE", RedisMarker.PATTERN);
        return this;
    }

    RedisReplay endListeningForMarker() {
        add("PUNSUBSCRIBE", RedisMarker.PATTERN);
        return this;
    }

    private void subscribe(String command, Collection<String> channels) {
        List<String> left = List.copyOf(channels);
        for (int from = 0; from < left.size(); from += CHANNELS_AT_ONCE) {
            List<String> some = left.subList(from, Math.min(left.size(), from + CHANNELS_AT_ONCE));
            List<String> words = new ArrayList<>(List.of(command));
            words.addAll(some);
            add(words.toArray(String[]::new));
            replies += some.size() - 1;
        }
    }

    private void add(String... words) {
        add(RedisInterpreter.command(words));
    }

    private void add(List<byte[]> command) {
        RedisMessages.command(out, command);
        replies++;
    }

    /** Runs it; {@code done} learns what the server made of it. */
    void run(RedisDialogue dialogue, Consumer<Outcome> done) {
        dialogue.ask(out, replies, answers -> {
            Outcome outcome = Outcome.of(answers);
            if (outcome.clientId() > 0) {
                backend.setClientId(outcome.clientId());
            }
            done.accept(outcome);
        });
    }

    /**
     * @param error the first one; empty if there was none
     * @param clientId 0 if the server was not asked
     * @param replica whether the server said that it is no master
     */
    record Outcome(String error, long clientId, boolean replica) {
        static Outcome of(Queue<RedisReply> replies) {
            String error = "";
            long clientId = 0;
            boolean replica = false;
            for (RedisReply reply : replies) {
                if (reply.isError() && error.isEmpty()) {
                    error = reply.text();
                }
                String id = reply.value("id");
                if (!id.isEmpty()) {
                    clientId = Long.parseLong(id);
                    replica = !reply.value("role").equals("master");
                }
            }
            return new Outcome(error, clientId, replica);
        }
    }
}

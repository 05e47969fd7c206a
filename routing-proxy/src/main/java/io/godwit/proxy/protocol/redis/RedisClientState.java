package io.godwit.proxy.protocol.redis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client has made of its session. What the server keeps is noted when the server has confirmed it; what decides
 * about the client's next command, when the command before it is sent. Confined to the session's event loop.
 */
final class RedisClientState {
    private final RedisSubscriptions subscriptions = new RedisSubscriptions();
    private final List<Runnable> queued = new ArrayList<>(0);
    private int protocolVersion = 2;
    private int database;
    private @Nullable String name;
    private @Nullable String libraryName;
    private @Nullable String libraryVersion;
    private boolean noEvict;
    private boolean noTouch;
    private @Nullable List<String> tracking;
    private boolean monitoring;
    private boolean inTransaction;
    private long transactionSince;
    private boolean transactionFailed;
    private boolean watching;
    private boolean watchLost;
    private boolean cachingNext;
    private boolean loggedOut;
    private ReplyMode replyMode = ReplyMode.ON;

    /** What the client wants to hear, as {@code CLIENT REPLY} has it. */
    enum ReplyMode {
        ON,
        OFF,
        /** Not of the next command. */
        SKIP
    }

    /** Whether every command has to be looked at. */
    boolean needsAttention() {
        return replyMode != ReplyMode.ON || loggedOut || cachingNext || (inTransaction && watchLost);
    }

    /** Whether the next command belongs with the one before it. */
    boolean isBetweenCommands() {
        return inTransaction || cachingNext;
    }

    RedisCarriedState toCarry() {
        return new RedisCarriedState(
                protocolVersion,
                database,
                name,
                libraryName,
                libraryVersion,
                noEvict,
                noTouch,
                tracking,
                subscriptions.channels(),
                subscriptions.patterns(),
                subscriptions.shardChannels());
    }

    /** The session has a server that knows nothing of what was watched before. */
    void onServerChanged() {
        watchLost |= watching;
        watching = false;
    }

    RedisSubscriptions subscriptions() {
        return subscriptions;
    }

    int protocolVersion() {
        return protocolVersion;
    }

    void setProtocolVersion(int version) {
        protocolVersion = version;
    }

    int database() {
        return database;
    }

    void select(int chosen) {
        database = chosen;
    }

    void setName(@Nullable String chosen) {
        name = chosen;
    }

    void setLibraryName(String text) {
        libraryName = text;
    }

    void setLibraryVersion(String text) {
        libraryVersion = text;
    }

    void setNoEvict(boolean on) {
        noEvict = on;
    }

    void setNoTouch(boolean on) {
        noTouch = on;
    }

    boolean isTracking() {
        return tracking != null;
    }

    /** @param options null turns tracking off; prefixes add to those that there are */
    void track(@Nullable List<String> options) {
        List<String> before = tracking;
        if (options == null || before == null || !before.contains("BCAST")) {
            tracking = options;
            return;
        }
        List<String> all = new ArrayList<>(before);
        for (int i = 0; i + 1 < options.size(); i++) {
            if (options.get(i).equals("PREFIX")) {
                all.addAll(options.subList(i, i + 2));
                i++;
            }
        }
        tracking = List.copyOf(all);
    }

    boolean isMonitoring() {
        return monitoring;
    }

    void monitor() {
        monitoring = true;
    }

    boolean inTransaction() {
        return inTransaction;
    }

    /** As {@link System#nanoTime} tells it. */
    long transactionSince() {
        return transactionSince;
    }

    void beginTransaction() {
        inTransaction = true;
        transactionSince = System.nanoTime();
        transactionFailed = false;
    }

    /** The command that ends the transaction is sent; nothing is watched any more. */
    void endTransaction() {
        inTransaction = false;
        unwatch();
    }

    /** A command was not taken into the transaction. */
    void failTransaction() {
        transactionFailed = true;
    }

    boolean transactionFailed() {
        return transactionFailed;
    }

    /** Runs when the transaction is executed. */
    void queue(Runnable effect) {
        queued.add(effect);
    }

    void onTransactionOver(boolean executed) {
        List<Runnable> effects = List.copyOf(queued);
        queued.clear();
        if (executed) {
            effects.forEach(Runnable::run);
        }
    }

    void watch() {
        watching = true;
    }

    void unwatch() {
        watching = false;
        watchLost = false;
    }

    /** Whether something was watched on a server that the session has left: {@code EXEC} has to answer nil. */
    boolean watchLost() {
        return watchLost;
    }

    void setCachingNext(boolean next) {
        cachingNext = next;
    }

    boolean loggedOut() {
        return loggedOut;
    }

    void logIn() {
        loggedOut = false;
    }

    ReplyMode replyMode() {
        return replyMode;
    }

    void setReplyMode(ReplyMode mode) {
        replyMode = mode;
    }

    /** {@code RESET} is sent. */
    void onResetSent() {
        inTransaction = false;
        cachingNext = false;
        replyMode = ReplyMode.ON;
        loggedOut = true;
        unwatch();
    }

    /** {@code RESET} is answered. */
    void onReset() {
        protocolVersion = 2;
        database = 0;
        name = null;
        noEvict = false;
        noTouch = false;
        tracking = null;
        monitoring = false;
        queued.clear();
        subscriptions.clear();
    }
}

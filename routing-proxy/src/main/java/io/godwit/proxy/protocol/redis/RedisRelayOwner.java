package io.godwit.proxy.protocol.redis;

/** The rest of a session, as its {@link RedisRelay} sees it. Called on the session's event loop. */
interface RedisRelayOwner {
    /** Whether commands may pass without asking. */
    boolean gateIsOpen();

    /** Whether the next command may pass to the server now. */
    boolean admits();

    void onExchangeStarted();

    /** Commands have come to rest while the gate is not open, or something that they waited for is over. */
    void onProgress();

    /** The client has taken leave and been answered. */
    void onFarewell();

    /** The client broke the protocol, and has had the replies to what came before. */
    void onBroken(RedisProtocolException broken);

    void onServerLost();
}

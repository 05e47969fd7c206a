package io.godwit.launcher.demo.load;

import java.util.OptionalLong;

/**
 * A client that sends numbered messages through the database from one connection and receives them on another: by a queue, a
 * channel, or whatever the engine has. Each message is to arrive once, and in order. One thread sends while another receives.
 */
public non-sealed interface MessageSession extends ClientSession {
    /** Returns when the database has taken the message. */
    void send(long sequence) throws ExchangeFailed;

    /**
     * Waits for the next message.
     *
     * @return its number; empty if none came within a few seconds
     */
    OptionalLong receive() throws ExchangeFailed;
}

package io.godwit.proxy.control;

/** Where others learn that this proxy is there. */
public interface Presence {

    /** The proxy serves clients. */
    void arrived();

    /** No session is left, and none will come. */
    void left();
}

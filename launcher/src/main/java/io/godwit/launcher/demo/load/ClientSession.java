package io.godwit.launcher.demo.load;

/** What one client does with the database. Each connection that it opens is kept for the whole run, and never replaced. */
public sealed interface ClientSession extends AutoCloseable permits ShopSession, MessageSession {
    /** @return whether the session's settings are what the client once set */
    boolean settingsKept() throws ExchangeFailed;

    @Override
    void close();
}

package io.godwit.engines;

/** How Godwit secures its connections to a server. */
public enum TransportSecurity {
    /** The server speaks no TLS. */
    PLAIN,
    /** TLS is required, and the server's certificate must come from the CA that Godwit trusts. */
    VERIFY_CA
}

package io.godwit.engines;

/** A user of a database server together with its sealed password. */
public record Login(String user, SealedSecret password) {}

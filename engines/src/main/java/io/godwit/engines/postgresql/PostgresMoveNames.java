package io.godwit.engines.postgresql;

/** Tells what a move has made on a server by its name. */
public final class PostgresMoveNames {
    /** Begins the name of every slot, publication and subscription of Godwit's. */
    public static final String PREFIX = "godwit_";

    /** A regular expression for the names of the roles that stand for a tenant during a move. */
    public static final String DEPUTIES = "^godwit_.*_[0-9a-f]{8}_deputy$";

    private PostgresMoveNames() {}
}

package io.godwit.backup.work;

import java.util.List;

/** A kind of long work, each piece of which is a row that says whether it is finished. */
public interface Work {
    /** Names the kind in locks and logs. */
    String kind();

    /** The ids of all pieces that were accepted and are not finished. */
    List<String> unfinished();

    /**
     * Whether the piece belongs to a move. Such pieces have slots of their own: a tenant's clients may be held until they
     * are done, and they wait for nobody's long work but that of other moves.
     */
    boolean isOfMove(String id);

    /**
     * Does one piece from its beginning, whatever an earlier, interrupted run left, and records how it ended. A piece
     * that is finished is left alone. Where the service stops meanwhile, or can't clear away yet what an earlier run
     * left, nothing is recorded: the piece is taken up again.
     */
    void perform(String id);
}

package io.godwit.provisioning.engine;

import io.godwit.engines.EngineId;
import io.godwit.engines.PlacedDatabase;
import io.godwit.engines.ServerAccess;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Servers of one engine that run as local processes and can follow each other as a whole. Every method is bounded in time,
 * may be repeated, and throws {@link ProvisioningException} where a server does not do what was asked.
 */
public interface Standbys {
    EngineId engine();

    /** @return why a standby of its server would not be the database alone with all it has, for people; empty if it would */
    List<String> objections(PlacedDatabase database);

    /** Has the leader keep its log for the standby from now on. The leader may itself be a standby still. */
    void admit(ServerAccess leader, String standbyId);

    /** Whether the leader keeps all that the standby has not got yet. */
    boolean isAdmitted(ServerAccess leader, String standbyId);

    /** Takes {@link #admit} back. The standby must not be connected any more. */
    void dismiss(ServerAccess leader, String standbyId);

    /** How far the copy of the leader has come that a standby is made of; empty while none is made. */
    Optional<CopyState> copyState(ServerAccess leader, String standbyId);

    /** Has whoever makes a copy for the standby fail. */
    void endCopy(ServerAccess leader, String standbyId);

    /**
     * Does the work in one session of the standby's, since each login would cost clients that are held some milliseconds.
     *
     * @throws ProvisioningException also if the session ends
     */
    void takeOver(ServerAccess standby, Consumer<Takeover> work);

    /**
     * @param directory holds everything of the server
     * @param leader whom it follows when it is made or started; null if it leads then
     */
    StandbyProcess open(ServerAccess server, Path directory, @Nullable ServerAccess leader);

    /** How a standby comes to lead, in this order. */
    interface Takeover {
        /** @throws ProvisioningException {@code STANDBY_NOT_FOLLOWING} unless the server is a standby that gets its leader's log */
        void requireFollowing();

        /** As {@link Standbys#admit}. */
        void admit(String standbyId);

        /** Returns when the standby has everything of its leader's log up to its end. */
        void awaitEnd(String endOfLog);

        /** Returns when the standby has become a leader. */
        void promote();
    }

    /** @param total as the leader estimates it; 0 while it has not */
    record CopyState(long bytes, long total) {}
}

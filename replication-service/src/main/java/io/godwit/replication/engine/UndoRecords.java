package io.godwit.replication.engine;

import java.util.Optional;

/**
 * Durable notes of what is about to be changed on a server and how it was before, written before the change is made and
 * removed after it was undone.
 */
public interface UndoRecords {

    /** Durable when this returns; replaces an earlier note of the same kind. */
    <T> void save(String migrationId, String serverId, String kind, T detail);

    <T> Optional<T> find(String migrationId, String serverId, String kind, Class<T> detailType);

    void remove(String migrationId, String serverId, String kind);
}

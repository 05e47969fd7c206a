package io.godwit.provisioning.target;

import io.godwit.events.StepRef;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Knows the attempts whose targets, or whose exchange of roles, nobody would take back any more. Used inside a transaction.
 */
@Repository
class DiscardedTargets {
    private final JdbcClient jdbc;

    DiscardedTargets(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** To be called when the command is accepted, so that whatever comes after it finds it. */
    void note(StepRef step) {
        jdbc.sql("""
                INSERT INTO discarded_target (migration_id, attempt) VALUES (?, ?)
                ON CONFLICT (migration_id) DO UPDATE
                SET attempt = greatest(discarded_target.attempt, excluded.attempt)""").params(step.migrationId(), step.attempt()).update();
    }

    /**
     * Whether what is asked for was taken back by a later attempt. The command comes after it when whoever sent it died,
     * or lost the broker, before it had left.
     */
    boolean isLate(StepRef step) {
        return jdbc.sql("SELECT EXISTS (SELECT FROM discarded_target WHERE migration_id = ? AND attempt > ?)")
                .params(step.migrationId(), step.attempt())
                .query(Boolean.class)
                .single();
    }
}

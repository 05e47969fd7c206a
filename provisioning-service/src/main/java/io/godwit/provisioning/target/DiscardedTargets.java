package io.godwit.provisioning.target;

import io.godwit.events.ProvisioningCommand.DiscardTarget;
import io.godwit.events.ProvisioningCommand.PrepareTarget;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Knows the attempts whose targets nobody would take back any more. Used inside a transaction. */
@Repository
class DiscardedTargets {
    private final JdbcClient jdbc;

    DiscardedTargets(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** To be called when the command is accepted, so that whatever comes after it finds it. */
    void note(DiscardTarget discard) {
        jdbc.sql("""
                INSERT INTO discarded_target (migration_id, attempt) VALUES (?, ?)
                ON CONFLICT (migration_id) DO UPDATE
                SET attempt = greatest(discarded_target.attempt, excluded.attempt)""")
                .params(discard.step().migrationId(), discard.step().attempt())
                .update();
    }

    /**
     * Whether the target was discarded by a later attempt. The command comes after it when whoever sent it died, or lost
     * the broker, before it had left.
     */
    boolean isLate(PrepareTarget prepare) {
        return jdbc.sql("SELECT EXISTS (SELECT FROM discarded_target WHERE migration_id = ? AND attempt > ?)")
                .params(prepare.step().migrationId(), prepare.step().attempt())
                .query(Boolean.class)
                .single();
    }
}

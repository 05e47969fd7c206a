package io.godwit.replication.engine;

import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Bounds of a move: how much is done at once, and how long anything is waited for.
 *
 * @param copyWorkers how many chunks of tables are copied at the same time
 * @param copyChunk how much of a table is copied by one statement
 * @param verifyWorkers how many chunks are compared at the same time
 * @param verifyChunkRows how many rows are compared by one statement
 * @param startTimeout how long the start of the change stream may wait for transactions that were already running
 * @param lockTimeout how long a statement that changes a table's replica identity may make the tenant queue behind it
 * @param stallTimeout after how long without a byte a connection counts as dead
 * @param statementTimeout the same for statements that work on a whole table before they answer
 * @param heartbeat how often the lag is measured
 * @param convergeTimeout how long the target may take to catch up
 * @param fenceTimeout how long the sessions of the database may take to end
 * @param flushTimeout how long the target may take to reach the fence
 * @param logBudget how much log the source may retain for the stream before the move is given up
 */
public record MoveLimits(
        @DefaultValue("2") int copyWorkers,
        @DefaultValue("32MB") DataSize copyChunk,
        @DefaultValue("2") int verifyWorkers,
        @DefaultValue("20000") int verifyChunkRows,
        @DefaultValue("5m") Duration startTimeout,
        @DefaultValue("500ms") Duration lockTimeout,
        @DefaultValue("60s") Duration stallTimeout,
        @DefaultValue("2h") Duration statementTimeout,
        @DefaultValue("200ms") Duration heartbeat,
        @DefaultValue("30m") Duration convergeTimeout,
        @DefaultValue("5s") Duration fenceTimeout,
        @DefaultValue("10s") Duration flushTimeout,
        @DefaultValue("20GB") DataSize logBudget) {}

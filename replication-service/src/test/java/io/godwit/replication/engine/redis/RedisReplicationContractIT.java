package io.godwit.replication.engine.redis;

import io.godwit.replication.engine.MovingDatabase;
import io.godwit.replication.engine.ReplicationEngineContractIT;

class RedisReplicationContractIT extends ReplicationEngineContractIT {
    @Override
    protected MovingDatabase open() {
        return new Basket();
    }
}

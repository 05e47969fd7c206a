package io.godwit.launcher.demo;

import io.godwit.engines.EngineId;

/** A row of the demo is a key or an entry of one; Godwit counts keys. */
class RedisMoveUnderLoadE2eIT extends MoveUnderLoadContract {
    RedisMoveUnderLoadE2eIT(E2ePlatform platform) {
        super(platform, EngineId.REDIS, 16, 0.5);
    }
}

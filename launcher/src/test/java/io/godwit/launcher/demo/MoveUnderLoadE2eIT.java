package io.godwit.launcher.demo;

class MoveUnderLoadE2eIT extends MoveUnderLoadContract {
    MoveUnderLoadE2eIT(E2ePlatform platform) {
        super(platform, E2ePlatform.engine(), 8, 1.0);
    }
}

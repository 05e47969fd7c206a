package io.godwit.messaging;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Starts work when the surrounding transaction has committed, and not at all if it rolls back. */
public final class AfterCommit {
    private AfterCommit() {}

    /** @throws IllegalStateException if no transaction is active on this thread */
    public static void run(Runnable work) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                work.run();
            }
        });
    }
}

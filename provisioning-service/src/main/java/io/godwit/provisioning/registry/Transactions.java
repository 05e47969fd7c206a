package io.godwit.provisioning.registry;

import java.util.Objects;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Transactions on the service's own tables, short ones between the slow steps on servers. */
@Component
public class Transactions {
    private final TransactionTemplate template;
    private final TransactionTemplate ownTemplate;
    private final JdbcClient jdbc;

    Transactions(TransactionTemplate template, JdbcClient jdbc) {
        this.template = template;
        this.ownTemplate = new TransactionTemplate(
                Objects.requireNonNull(template.getTransactionManager()),
                new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW));
        this.jdbc = jdbc;
    }

    public <T> T call(Supplier<T> work) {
        return Objects.requireNonNull(template.execute(_ -> work.get()));
    }

    public void run(Runnable work) {
        template.executeWithoutResult(_ -> work.run());
    }

    /** Does the work in a transaction of its own that is rolled back; one that is under way is left alone. */
    public void runInVain(Runnable work) {
        ownTemplate.executeWithoutResult(transaction -> {
            transaction.setRollbackOnly();
            work.run();
        });
    }

    /**
     * Lets one transaction at a time pass that names the same subject, until it ends. Who locks several takes
     * {@link Subject} in the order of its constants.
     */
    public void lock(Subject subject, String key) {
        jdbc.sql("SELECT 1 FROM (SELECT pg_advisory_xact_lock(hashtextextended(?, 0))) AS locked")
                .param(subject + " " + key)
                .query(Integer.class)
                .single();
    }

    /** What transactions are serialised on where there is no row to lock. */
    public enum Subject {
        /** The names of one tenant's databases, and whether the tenant is there. */
        TENANT,
        /** The servers of one engine: which one takes a database, which one may be removed. */
        SERVERS
    }
}

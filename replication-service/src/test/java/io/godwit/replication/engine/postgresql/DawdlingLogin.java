package io.godwit.replication.engine.postgresql;

import io.godwit.engines.PlacedDatabase;
import io.godwit.testing.TestSecrets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.plugin.AuthenticationPlugin;
import org.postgresql.plugin.AuthenticationRequestType;

/** A database's owner who has been asked for his password and takes his time; one at a time in a JVM. */
final class DawdlingLogin {
    private static final int PATIENCE_SECONDS = 20;

    private static volatile @Nullable DawdlingLogin current;

    private final String password;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch mayAnswer = new CountDownLatch(1);
    private final CompletableFuture<Connection> session = new CompletableFuture<>();

    private DawdlingLogin(String password) {
        this.password = password;
    }

    /** Returns when the server has asked. */
    static DawdlingLogin begin(PlacedDatabase database) throws InterruptedException {
        DawdlingLogin login =
                new DawdlingLogin(TestSecrets.sealer().open(database.owner().password()));
        current = login;
        Thread.ofVirtual().start(() -> login.connect(database));
        if (!login.asked.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the server has not asked for a password");
        }
        return login;
    }

    void goOn() {
        mayAnswer.countDown();
    }

    /** @throws java.util.concurrent.ExecutionException with what the server answered, if that is not a session */
    Connection session() throws Exception {
        return session.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private void connect(PlacedDatabase database) {
        Properties properties = new Properties();
        properties.setProperty("user", database.owner().user());
        properties.setProperty("sslmode", "require");
        properties.setProperty("authenticationPluginClassName", Answer.class.getName());
        try {
            session.complete(DriverManager.getConnection(
                    "jdbc:postgresql://" + database.server().address() + "/" + database.databaseName(), properties));
        } catch (SQLException e) {
            session.completeExceptionally(e);
        }
    }

    /** The driver makes it by its name. */
    public static final class Answer implements AuthenticationPlugin {
        @Override
        public char[] getPassword(AuthenticationRequestType type) {
            DawdlingLogin login = Objects.requireNonNull(current);
            login.asked.countDown();
            return login.answer();
        }
    }

    private char[] answer() {
        try {
            if (!mayAnswer.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody has let the login go on");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return password.toCharArray();
    }
}

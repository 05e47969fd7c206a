package io.godwit.proxy.protocol.postgresql;

import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.Parsed;
import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.Prepared;
import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.PreparedStatement;
import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.Setting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads an idle session's state from its server, as far as one question can. */
final class PostgresCapture extends PostgresInquiry {
    /** OIDs from here on are given by each server in its own order. */
    private static final int FIRST_NORMAL_OID = 16384;

    private static final int MOST_LOCKS = 1000;

    /** The server tells them in any order, which must not make a difference. */
    private static final Comparator<PostgresAdvisoryLock> BY_KEY = Comparator.comparingInt(PostgresAdvisoryLock::high)
            .thenComparingInt(PostgresAdvisoryLock::low)
            .thenComparing(PostgresAdvisoryLock::bigint)
            .thenComparing(PostgresAdvisoryLock::shared);

    private static final PostgresText ENCODING = PostgresText.ascii("client_encoding");

    private final PostgresStatementWatch watch;
    private final Listener listener;
    private final List<PostgresAdvisoryLock> locks = new ArrayList<>();
    private final List<Setting> settings = new ArrayList<>();
    private final List<PreparedStatement> statements = new ArrayList<>();
    private final List<PostgresText> channels = new ArrayList<>();
    private @Nullable Setting authorization;
    private @Nullable Setting role;
    private @Nullable String pinned;
    private boolean temporary;

    /** One of the two is called, once. */
    interface Listener {
        /**
         * @param state in which locks are not counted and temporary tables are missing
         * @param temporary whether there are temporary tables or the like
         */
        void onFound(PostgresCarriedState state, boolean temporary);

        void onPinned(String reason);
    }

    /** @param watch what the client's own messages have told */
    PostgresCapture(
            PostgresBackend backend, PostgresStatementWatch watch, Interruption interruption, Listener listener) {
        super(backend, interruption);
        this.watch = watch;
        this.listener = listener;
    }

    /** @param again whether the same is going to be asked once more, or was asked before */
    void start(boolean again) {
        String loginUser = backend().target().login().user();
        ask(PostgresKeptStatement.STATE, PostgresCaptureQuery.sql(loginUser, watch.customSettings()), again);
    }

    @Override
    void onRow(List<PostgresText> row) {
        PostgresText name = row.get(1);
        PostgresText text = row.get(2);
        switch (row.getFirst().asAscii()) {
            case "setting" -> {
                Setting setting = new Setting(name, text);
                // What follows is read in this encoding.
                settings.add(name.equals(ENCODING) ? 0 : settings.size(), setting);
            }
            case "authorization" -> authorization = new Setting(PostgresText.ascii("session_authorization"), text);
            case "role" -> role = new Setting(PostgresText.ascii("role"), text);
            case "listen" -> channels.add(name);
            case "sql" -> onPrepared(name, text);
            case "parsed" -> statements.add(parsed(name, text, row.get(3).asAscii(), row.get(4)));
            case "lock" ->
                locks.add(PostgresAdvisoryLock.read(
                        text.asAscii(), row.get(3).asAscii(), row.get(4).asAscii(), name.asAscii()));
            case "temporary" -> temporary = true;
            case "pinned" -> pinned = name.asAscii();
            default -> throw new PostgresProtocolException("unexpected answer to the query for a session's state");
        }
    }

    private void onPrepared(PostgresText name, PostgresText sql) {
        byte[] prepareSql = PostgresScript.prepareOf(name.bytes(), sql.bytes());
        if (prepareSql == null) {
            pinned = "prepared statement that can't be told from the commands it came with";
        } else {
            statements.add(new Prepared(name, new PostgresText(prepareSql)));
        }
    }

    private static PreparedStatement parsed(PostgresText name, PostgresText sql, String oids, PostgresText types) {
        List<Integer> parameterTypes = oids.isEmpty()
                ? List.of()
                : Arrays.stream(oids.split(",")).map(Integer::parseUnsignedInt).toList();
        boolean sameEverywhere =
                parameterTypes.stream().allMatch(oid -> Integer.compareUnsigned(oid, FIRST_NORMAL_OID) < 0);
        return sameEverywhere
                ? new Parsed(name, sql, parameterTypes)
                : new Prepared(
                        name, new PostgresText(PostgresQuoting.prepare(name.bytes(), types.bytes(), sql.bytes())));
    }

    @Override
    void onEnd(@Nullable PostgresError failure) {
        if (failure != null) {
            listener.onPinned("session state can't be read: " + failure.message());
        } else if (pinned != null) {
            listener.onPinned(pinned);
        } else if (locks.size() > MOST_LOCKS) {
            listener.onPinned("more than " + MOST_LOCKS + " advisory locks");
        } else if (watch.unnamedStatement().pins()) {
            listener.onPinned("unnamed prepared statement of more than 16 kB");
        } else {
            // Rights go last: what comes before may need those of the login.
            if (authorization != null) {
                settings.add(authorization);
            }
            if (role != null) {
                settings.add(role);
            }
            PostgresCarriedState state = new PostgresCarriedState(
                    locks.stream().sorted(BY_KEY).toList(),
                    List.copyOf(settings),
                    PostgresTemporaryTables.NONE,
                    List.copyOf(statements),
                    watch.unnamedStatement().parse(),
                    List.copyOf(channels));
            listener.onFound(state, temporary);
        }
    }
}

package io.godwit.proxy.protocol.postgresql;

import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.Parsed;
import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.Prepared;
import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.PreparedStatement;
import io.godwit.proxy.protocol.postgresql.PostgresCarriedState.Setting;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads an idle session's state from its server. */
final class PostgresCapture extends PostgresFrameReceiver {
    /** OIDs from here on are given by each server in its own order. */
    private static final int FIRST_NORMAL_OID = 16384;

    private static final PostgresText ENCODING = PostgresText.ascii("client_encoding");

    private final Listener listener;
    private final List<Setting> settings = new ArrayList<>();
    private final List<PreparedStatement> statements = new ArrayList<>();
    private final List<PostgresText> channels = new ArrayList<>();
    private @Nullable Setting authorization;
    private @Nullable Setting role;
    private @Nullable String pinned;
    private @Nullable PostgresError error;

    /** Exactly one of the first three is called, once. */
    interface Listener {
        void onCaptured(PostgresCarriedState state);

        void onPinned(String reason);

        /**
         * The connection ended first.
         *
         * @param error what the server said last, if anything
         */
        void onLost(@Nullable PostgresError error);

        /** A NotificationResponse, which is the client's. */
        void onNotification(ByteBuf body);
    }

    PostgresCapture(PostgresBackend backend, Listener listener) {
        super(backend);
        this.listener = listener;
    }

    void start(Set<String> customSettings) {
        backend().receiveWith(this);
        String loginUser = backend().target().login().user();
        backend().send(out -> PostgresClientMessages.query(out, PostgresCaptureQuery.sql(loginUser, customSettings)));
    }

    @Override
    void onFrame(byte type, ByteBuf body) {
        switch (type) {
            case 'D' -> onRow(columns(body));
            case 'E' -> error = PostgresError.read(body);
            case 'A' -> listener.onNotification(body);
            case 'Z' -> finish();
            default -> {}
        }
    }

    private void onRow(List<PostgresText> row) {
        PostgresText name = row.get(1);
        PostgresText text = row.get(2);
        switch (text(row.get(0))) {
            case "setting" -> {
                Setting setting = new Setting(name, text);
                // What follows is read in this encoding.
                settings.add(name.equals(ENCODING) ? 0 : settings.size(), setting);
            }
            case "authorization" -> authorization = new Setting(PostgresText.ascii("session_authorization"), text);
            case "role" -> role = new Setting(PostgresText.ascii("role"), text);
            case "listen" -> channels.add(name);
            case "sql" -> statements.add(new Prepared(name, text));
            case "parsed" -> statements.add(parsed(name, text, text(row.get(3)), row.get(4)));
            case "pinned" -> pinned = text(name);
            default -> throw new PostgresProtocolException("unexpected answer to the query for a session's state");
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

    private void finish() {
        PostgresError failed = error;
        if (failed != null) {
            listener.onPinned("session state can't be read: " + failed.message());
        } else if (pinned != null) {
            listener.onPinned(pinned);
        } else {
            // Rights go last: what comes before may need those of the login.
            if (authorization != null) {
                settings.add(authorization);
            }
            if (role != null) {
                settings.add(role);
            }
            listener.onCaptured(
                    new PostgresCarriedState(List.copyOf(settings), List.copyOf(statements), List.copyOf(channels)));
        }
    }

    @Override
    public void onClosed(@Nullable Throwable cause) {
        listener.onLost(error);
    }

    private static List<PostgresText> columns(ByteBuf row) {
        int count = row.readUnsignedShort();
        List<PostgresText> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int length = row.readInt();
            byte[] column = new byte[Math.max(length, 0)];
            row.readBytes(column);
            columns.add(new PostgresText(column));
        }
        return columns;
    }

    private static String text(PostgresText text) {
        return new String(text.bytes(), StandardCharsets.US_ASCII);
    }
}

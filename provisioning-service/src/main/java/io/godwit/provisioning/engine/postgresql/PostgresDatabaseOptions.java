package io.godwit.provisioning.engine.postgresql;

import static io.godwit.provisioning.engine.postgresql.PostgresQuoting.literal;

import io.godwit.provisioning.engine.DatabaseOptions;
import io.godwit.provisioning.engine.ProvisioningException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Encoding and locale of a database, which are chosen when it is made and never change. */
final class PostgresDatabaseOptions {
    private static final int PROVIDERS_SINCE = 150_000;
    private static final int ICU_RULES_SINCE = 160_000;
    private static final int BUILTIN_PROVIDER_SINCE = 170_000;

    private PostgresDatabaseOptions() {}

    /** @return the options under the names of {@code CREATE DATABASE} */
    static DatabaseOptions read(Connection connection, String database) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query(serverVersion(connection)))) {
            statement.setString(1, database);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw ProvisioningException.refused(
                            "DATABASE_MISSING_ON_SERVER", "Database " + database + " does not exist on its server");
                }
                Map<String, String> options = new LinkedHashMap<>();
                for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                    String value = row.getString(i);
                    if (value != null) {
                        options.put(row.getMetaData().getColumnLabel(i), value);
                    }
                }
                return new DatabaseOptions(options);
            }
        }
    }

    /** @return for use after {@code CREATE DATABASE name OWNER owner} */
    static String toSql(Connection connection, DatabaseOptions options) throws SQLException {
        int version = serverVersion(connection);
        // template0 is the only one that allows another encoding or locale, and nobody has put anything into it.
        StringBuilder sql = new StringBuilder(" TEMPLATE template0");
        options.values().forEach((name, value) -> {
            // Before version 15 there is only libc, and no way to say so.
            if (version >= PROVIDERS_SINCE || !name.equals("LOCALE_PROVIDER")) {
                sql.append(' ').append(name).append(' ').append(literal(value));
            }
        });
        return sql.toString();
    }

    private static String query(int version) {
        String columns = """
                pg_encoding_to_char(encoding) AS "ENCODING", datcollate AS "LC_COLLATE", datctype AS "LC_CTYPE\"""";
        if (version >= PROVIDERS_SINCE) {
            String locale = version >= BUILTIN_PROVIDER_SINCE ? "datlocale" : "daticulocale";
            columns += """
                    , CASE datlocprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END AS "LOCALE_PROVIDER",
                    CASE datlocprovider WHEN 'i' THEN %1$s END AS "ICU_LOCALE\"""".formatted(locale);
        }
        if (version >= ICU_RULES_SINCE) {
            columns += ", daticurules AS \"ICU_RULES\"";
        }
        if (version >= BUILTIN_PROVIDER_SINCE) {
            columns += ", CASE datlocprovider WHEN 'b' THEN datlocale END AS \"BUILTIN_LOCALE\"";
        }
        return "SELECT " + columns + " FROM pg_database WHERE datname = ?";
    }

    private static int serverVersion(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT current_setting('server_version_num')::int");
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }
}

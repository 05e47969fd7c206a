package io.godwit.launcher.demo.engine.postgresql;

import io.godwit.launcher.demo.load.DatabaseConnection;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.function.LongConsumer;

/** Makes the shop's schema and lets the server itself make up the rows. */
final class PostgresFill {
    private static final long BATCH = 50_000;

    private final DatabaseConnection database;
    private final ShopSize size;

    PostgresFill(DatabaseConnection database, ShopSize size) {
        this.database = database;
        this.size = size;
    }

    void run(int clients, LongConsumer progress) throws InterruptedException {
        try (Connection connection = PostgresSessions.open(database, "godwit-demo-fill");
                Statement statement = connection.createStatement()) {
            statement.execute(schema());
            statement.execute("INSERT INTO accounts (client) SELECT generate_series(0, " + (clients - 1) + ")");
            long done = 0;
            done = fill(connection, customers(), size.customers(), 1, done, progress);
            done = fill(connection, products(), size.products(), 1, done, progress);
            done = fill(connection, orders(), size.orders(), 1, done, progress);
            done = fill(connection, items(), size.orders(), ShopSize.ITEMS_OF_ORDER, done, progress);
            fill(connection, payments(), size.payments(), 1, done, progress);
            statement.execute("ANALYZE");
        } catch (SQLException e) {
            throw new DemoDatabaseException("fill " + database, e);
        }
    }

    /**
     * @param insert with the first and the last number of a batch as parameters
     * @param rowsEach how many rows come of one number
     */
    private static long fill(
            Connection connection, String insert, long numbers, int rowsEach, long before, LongConsumer progress)
            throws SQLException, InterruptedException {
        long done = before;
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            for (long first = 1; first <= numbers; first += BATCH) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("interrupted while the database was being filled");
                }
                long last = Math.min(numbers, first + BATCH - 1);
                statement.setLong(1, first);
                statement.setLong(2, last);
                statement.executeUpdate();
                done += (last - first + 1) * rowsEach;
                progress.accept(done);
            }
        }
        return done;
    }

    private static String customers() {
        return """
                INSERT INTO customers (email, name, profile, created_at)
                SELECT 'c' || g || '@example.org', 'Customer ' || md5(g::text),
                       jsonb_build_object('language', (ARRAY['en', 'de', 'fr'])[1 + g % 3], 'points', g % 1000,
                                          'tags', jsonb_build_array('t' || g % 7, 'ä' || g % 5)),
                       timestamptz '2024-01-01 00:00+00' + g * interval '1 minute'
                FROM generate_series(?::bigint, ?::bigint) g""";
    }

    private static String products() {
        return """
                INSERT INTO products (sku, name, price, stock, attributes)
                SELECT 'SKU-' || g, 'Product ' || md5(g::text), (g % 10000) / 100.0, 1000000,
                       jsonb_build_object('colour', (ARRAY['red', 'green', 'blue'])[1 + g % 3], 'weight', g % 50)
                FROM generate_series(?::bigint, ?::bigint) g""";
    }

    private String orders() {
        return """
                INSERT INTO orders (customer_id, status, placed_at, note)
                SELECT 1 + g * 7919 %% %d, (ARRAY['new', 'paid', 'shipped', 'cancelled'])[1 + g %% 4]::order_status,
                       timestamptz '2024-01-01 00:00+00' + g * interval '10 seconds',
                       (ARRAY[NULL, 'gift', E'tab\\tand\\nline', E'back\\\\slash \\\\N', 'Grüße 🐦'])[1 + g %% 5]
                FROM generate_series(?::bigint, ?::bigint) g""".formatted(size.customers());
    }

    private String items() {
        return """
                INSERT INTO order_items (order_id, line, product_id, quantity, price)
                SELECT g, line, 1 + (g * 31 + line) %% %d, 1 + g %% 5, (g %% 10000) / 100.0
                FROM generate_series(?::bigint, ?::bigint) g, generate_series(1, %d) line""".formatted(size.products(), ShopSize.ITEMS_OF_ORDER);
    }

    private String payments() {
        return """
                INSERT INTO payments (order_id, paid_on, amount)
                SELECT 1 + (g - 1) %% %d, date '2024-01-01' + (g %% 1000)::integer, (g %% 50000) / 100.0
                FROM generate_series(?::bigint, ?::bigint) g""".formatted(size.orders());
    }

    private static String schema() {
        try (InputStream file = Objects.requireNonNull(
                PostgresFill.class.getResourceAsStream("shop.sql"), "shop.sql is missing from the jar")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read shop.sql", e);
        }
    }
}

package io.godwit.proxy.protocol.postgresql;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Counts how often a session has taken each of its locks, which no view tells, by letting go of it and taking it again.
 * Something else must hold them meanwhile. Columns: place of the lock, how often it had been taken.
 */
final class PostgresLockCountQuery {
    private PostgresLockCountQuery() {}

    static String sql(List<PostgresAdvisoryLock> locks) {
        return Stream.of(
                        ofKind(locks, false, false),
                        ofKind(locks, false, true),
                        ofKind(locks, true, false),
                        ofKind(locks, true, true))
                .filter(sql -> !sql.isEmpty())
                .collect(Collectors.joining(" UNION ALL "));
    }

    /** @return nothing if there are none of the kind */
    private static String ofKind(List<PostgresAdvisoryLock> locks, boolean bigint, boolean shared) {
        List<Integer> places = IntStream.range(0, locks.size())
                .filter(i -> locks.get(i).bigint() == bigint && locks.get(i).shared() == shared)
                .boxed()
                .toList();
        if (places.isEmpty()) {
            return "";
        }
        List<PostgresAdvisoryLock> chosen = places.stream().map(locks::get).toList();
        String key = bigint ? "whole" : "high, low";
        String keys = bigint
                ? rows(chosen, PostgresAdvisoryLock::whole, "bigint")
                : rows(chosen, PostgresAdvisoryLock::high, "int") + ", "
                        + rows(chosen, PostgresAdvisoryLock::low, "int");
        String kind = shared ? "_shared" : "";
        // What is volatile is not evaluated anew for each of its uses behind an OFFSET.
        return """
            SELECT place, held,
                   (SELECT pg_catalog.count(taken)
                      FROM (SELECT pg_catalog.pg_advisory_lock%3$s(%1$s) AS taken
                              FROM pg_catalog.generate_series(1, held)) AS again)
              FROM (SELECT place, %1$s,
                           (WITH RECURSIVE released(n) AS (
                                SELECT 0 UNION ALL
                                SELECT n + 1 FROM released WHERE pg_catalog.pg_advisory_unlock%3$s(%1$s))
                            SELECT pg_catalog.max(n) FROM released) AS held
                      FROM ROWS FROM (%2$s, %4$s) AS locks(%1$s, place) OFFSET 0) AS released""".formatted(key, keys, kind, rows(places, place -> place, "int"));
    }

    private static <T> String rows(List<T> values, Function<T, Number> number, String type) {
        return values.stream()
                .map(number)
                .map(String::valueOf)
                .collect(Collectors.joining(",", "pg_catalog.unnest(ARRAY[", "]::" + type + "[])"));
    }
}

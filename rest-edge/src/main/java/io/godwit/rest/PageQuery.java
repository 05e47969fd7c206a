package io.godwit.rest;

import org.jspecify.annotations.Nullable;

/**
 * Which page of a list is asked for: {@code ?limit=&cursor=}. Controllers take it as a method parameter.
 *
 * @param limit how many items at most, 1 to 200
 * @param after the key after which the page begins; null for the first page
 */
public record PageQuery(int limit, @Nullable String after) {
    static final int DEFAULT_LIMIT = 50;
    static final int MAX_LIMIT = 200;

    /** One more than the limit, so that it shows whether there is a next page. */
    public int fetchSize() {
        return limit + 1;
    }

    /** @throws ProblemException {@code 400 INVALID_PARAMETER} if a parameter can't be used */
    static PageQuery parse(@Nullable String limit, @Nullable String cursor) {
        return new PageQuery(parseLimit(limit), cursor == null || cursor.isEmpty() ? null : Cursors.decode(cursor));
    }

    private static int parseLimit(@Nullable String limit) {
        if (limit == null || limit.isEmpty()) {
            return DEFAULT_LIMIT;
        }
        try {
            int parsed = Integer.parseInt(limit);
            if (parsed >= 1 && parsed <= MAX_LIMIT) {
                return parsed;
            }
        } catch (NumberFormatException e) {
            // Refused below, as a number out of bounds is.
        }
        throw ProblemException.invalidParameter("limit", limit, "a number from 1 to " + MAX_LIMIT);
    }
}

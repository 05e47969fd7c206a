package io.godwit.rest;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param nextCursor what to ask for the next page with; null on the last page
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {
    public Page {
        items = List.copyOf(items);
    }

    /**
     * @param fetched up to {@link PageQuery#fetchSize} items after {@link PageQuery#after}, in the order of their keys
     * @param key of an item, by which the list is ordered
     */
    public static <T> Page<T> of(List<T> fetched, PageQuery query, Function<T, String> key) {
        if (fetched.size() <= query.limit()) {
            return new Page<>(fetched, null);
        }
        List<T> items = fetched.subList(0, query.limit());
        return new Page<>(items, Cursors.encode(key.apply(items.getLast())));
    }

    /** The same page with other items, for example rows turned into what the API shows. */
    public <R> Page<R> map(Function<T, R> mapping) {
        return new Page<>(items.stream().map(mapping).toList(), nextCursor);
    }
}

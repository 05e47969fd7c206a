package io.godwit.replication.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/** Runs tasks side by side on virtual threads and ends all of them as soon as one fails or the caller is interrupted. */
public final class ParallelTasks {
    private ParallelTasks() {}

    /**
     * Runs two different tasks side by side.
     *
     * @throws Exception the first failure of a task; the other was interrupted and has ended
     */
    public static <A, B> Both<A, B> both(Callable<A> first, Callable<B> second) throws Exception {
        AtomicReference<A> left = new AtomicReference<>();
        AtomicReference<B> right = new AtomicReference<>();
        List<Callable<Boolean>> tasks = List.of(
                () -> {
                    left.set(first.call());
                    return true;
                },
                () -> {
                    right.set(second.call());
                    return true;
                });
        run(tasks);
        return new Both<>(Objects.requireNonNull(left.get()), Objects.requireNonNull(right.get()));
    }

    /** The results of two tasks. */
    public record Both<A, B>(A first, B second) {}

    /**
     * @return the results in the order of completion
     * @throws Exception the first failure of a task; the others were interrupted and have ended
     */
    public static <T> List<T> run(Collection<? extends Callable<T>> tasks) throws Exception {
        ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        try {
            CompletionService<T> completion = new ExecutorCompletionService<>(executor);
            tasks.forEach(completion::submit);
            List<T> results = new ArrayList<>();
            for (int i = 0; i < tasks.size(); i++) {
                results.add(completion.take().get());
            }
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        } finally {
            // An interrupt closes the socket a virtual thread is blocked on, so this ends database calls too.
            executor.shutdownNow();
            executor.close();
        }
    }
}

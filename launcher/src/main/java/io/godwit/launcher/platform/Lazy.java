package io.godwit.launcher.platform;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Computes its value when first asked, once. Safe for use by several threads. */
final class Lazy<T> implements Supplier<T> {
    private final Supplier<T> computation;
    private @Nullable T value;

    Lazy(Supplier<T> computation) {
        this.computation = computation;
    }

    @Override
    public synchronized T get() {
        T known = value;
        if (known == null) {
            known = computation.get();
            value = known;
        }
        return known;
    }
}

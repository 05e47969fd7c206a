package io.godwit.events;

import io.godwit.engines.DatabaseId;
import io.godwit.engines.SealedSecret;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Makes an instance of any record, always the same, with a value of its own in every component. */
final class SampleRecords {
    private static final int FIRST_NUMBER = 11;

    private int nextNumber = FIRST_NUMBER;

    private SampleRecords() {}

    static <R> R of(Class<R> type) {
        return type.cast(new SampleRecords().value("", type));
    }

    private Object value(String name, Type type) {
        if (type instanceof ParameterizedType parameterized && parameterized.getRawType() == List.class) {
            return List.of(value(name, parameterized.getActualTypeArguments()[0]));
        }
        return value(name, (Class<?>) type);
    }

    private Object value(String name, Class<?> type) {
        if (type == String.class) {
            return name;
        } else if (type == int.class || type == Integer.class) {
            return nextNumber++;
        } else if (type == long.class || type == Long.class) {
            return (long) nextNumber++;
        } else if (type == double.class || type == Double.class) {
            return nextNumber++ + 0.5;
        } else if (type == boolean.class) {
            return true;
        } else if (type == Instant.class) {
            return Instant.parse("2026-01-02T03:04:05.678901Z");
        } else if (type == DatabaseId.class) {
            return new DatabaseId("acme", "orders");
        } else if (type == SealedSecret.class) {
            return new SealedSecret("c2VhbGVk");
        } else if (type.isEnum()) {
            return type.getEnumConstants()[0];
        } else if (type.isRecord()) {
            return record(type);
        }
        throw new IllegalArgumentException(type + " has no sample value; expected one to be added here");
    }

    private Object record(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
        Object[] values = Arrays.stream(components)
                .map(component -> value(component.getName(), component.getGenericType()))
                .toArray();
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(type + " can't be made", e);
        }
    }
}

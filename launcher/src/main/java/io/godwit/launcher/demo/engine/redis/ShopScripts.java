package io.godwit.launcher.demo.engine.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The shop's Lua code, as single scripts and as a library of functions. */
final class ShopScripts {
    static final String APPEND_FUNCTION = "shop_append";
    static final String PURCHASE_FUNCTION = "shop_purchase";

    private static final String CODE = read();

    private ShopScripts() {}

    static String append() {
        return CODE + "return append(KEYS, ARGV)";
    }

    static String purchase() {
        return CODE + "return purchase(KEYS, ARGV)";
    }

    /** For {@code FUNCTION LOAD}. */
    static String library() {
        return "#!lua name=shop\n" + CODE + "redis.register_function('" + APPEND_FUNCTION + "', append)\n"
                + "redis.register_function('" + PURCHASE_FUNCTION + "', purchase)\n";
    }

    private static String read() {
        try (InputStream file = Objects.requireNonNull(
                ShopScripts.class.getResourceAsStream("shop.lua"), "shop.lua is missing from the jar")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("can't read shop.lua", e);
        }
    }
}

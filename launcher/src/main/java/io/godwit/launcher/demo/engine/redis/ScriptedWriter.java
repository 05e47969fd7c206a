package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.load.ExchangeFailed;
import java.util.ArrayList;
import java.util.List;

/**
 * Lets the server do it in one command. The scripts are given to the server once, when the session begins: a server that
 * does not know them any more is a failure. A library of functions is part of the data.
 */
final class ScriptedWriter implements ShopWriter {
    private final RedisLine line;
    private final ShopKeys keys;
    private final Payloads payloads;
    private final String command;
    private final String append;
    private final String purchase;

    private ScriptedWriter(
            RedisLine line, ShopKeys keys, Payloads payloads, String command, String append, String purchase) {
        this.line = line;
        this.keys = keys;
        this.payloads = payloads;
        this.command = command;
        this.append = append;
        this.purchase = purchase;
    }

    static ScriptedWriter byScripts(RedisLine line, ShopKeys keys, Payloads payloads) throws ExchangeFailed {
        return new ScriptedWriter(
                line, keys, payloads, "EVALSHA", load(line, ShopScripts.append()), load(line, ShopScripts.purchase()));
    }

    static ScriptedWriter byFunctions(RedisLine line, ShopKeys keys, Payloads payloads) {
        return new ScriptedWriter(
                line, keys, payloads, "FCALL", ShopScripts.APPEND_FUNCTION, ShopScripts.PURCHASE_FUNCTION);
    }

    private static String load(RedisLine line, String script) throws ExchangeFailed {
        return String.valueOf(line.call(RedisCommand.of("SCRIPT", "LOAD", script)));
    }

    @Override
    public void append(long sequence, int amount) throws ExchangeFailed {
        List<String> touched = List.of(keys.ledger(sequence), keys.audit(sequence), keys.ballast());
        call(append, touched, sequence, amount);
    }

    @Override
    public void purchase(long sequence, int amount, int product) throws ExchangeFailed {
        List<String> touched = List.of(
                keys.ledger(sequence),
                keys.audit(sequence),
                keys.ballast(),
                keys.account(),
                ShopKeys.newOrders(),
                ShopKeys.turnover(),
                ShopKeys.sold(product));
        call(purchase, touched, sequence, amount);
    }

    private void call(String function, List<String> touched, long sequence, int amount) throws ExchangeFailed {
        List<Object> arguments = new ArrayList<>();
        arguments.add(function);
        arguments.add(touched.size());
        arguments.addAll(touched);
        arguments.addAll(List.of(sequence, amount, keys.client(), payloads.next()));
        Object reply = line.call(RedisCommand.of(command, arguments.toArray()));
        if (!String.valueOf(reply).equals(Long.toString(sequence))) {
            throw new ExchangeFailed(command + " answered " + reply + "; expected " + sequence, false, null);
        }
    }
}

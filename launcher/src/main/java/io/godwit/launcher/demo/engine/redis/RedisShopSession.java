package io.godwit.launcher.demo.engine.redis;

import io.godwit.launcher.demo.engine.redis.RedisStyle.Way;
import io.godwit.launcher.demo.load.DatabaseConnection;
import io.godwit.launcher.demo.load.ExchangeFailed;
import io.godwit.launcher.demo.load.Holdings;
import io.godwit.launcher.demo.load.ShopSession;
import java.util.SplittableRandom;

/** A client of the shop. */
final class RedisShopSession implements ShopSession {
    private final RedisLine line;
    private final RedisLogin login;
    private final ShopKeys keys;
    private final ShopWriter writer;
    private final Payloads payloads;
    private final HoldingsReader holdings;
    private final RedisBrowsing browsing;
    private final SplittableRandom random;

    private RedisShopSession(
            RedisLine line,
            RedisLogin login,
            int client,
            ShopKeys keys,
            ShopWriter writer,
            HoldingsReader holdings,
            RedisBrowsing browsing) {
        this.line = line;
        this.login = login;
        this.keys = keys;
        this.writer = writer;
        this.payloads = new Payloads(client);
        this.holdings = holdings;
        this.browsing = browsing;
        this.random = new SplittableRandom(client);
    }

    static RedisShopSession open(DatabaseConnection database, int client, RedisStyle style) {
        RedisLogin login = style.login("godwit-demo-" + client);
        ShopKeys keys = new ShopKeys(client);
        ClientCache cache = new ClientCache();
        boolean caching = style.way() == Way.CACHED;
        RedisLine line = caching
                ? LettuceLine.openTracking(database, login, cache)
                : style.driver().open(database, login);
        try {
            ShopWriter writer = writer(style, line, keys, new Payloads(client));
            HoldingsReader holdings =
                    caching ? HoldingsReader.caching(line, keys, cache) : HoldingsReader.asking(line, keys);
            RedisBrowsing browsing = RedisBrowsing.over(line, client);
            return new RedisShopSession(line, login, client, keys, writer, holdings, browsing);
        } catch (ExchangeFailed e) {
            line.close();
            throw new DemoDatabaseException("open a session as " + database, e);
        } catch (RuntimeException e) {
            line.close();
            throw e;
        }
    }

    private static ShopWriter writer(RedisStyle style, RedisLine line, ShopKeys keys, Payloads payloads)
            throws ExchangeFailed {
        return switch (style.way()) {
            case PLAIN, CACHED -> new PlainWriter(line, keys, payloads);
            case PIPELINED -> new PipelinedWriter(line, keys, payloads);
            case WATCHED -> new WatchedWriter(line, keys, payloads);
            case SCRIPTED -> ScriptedWriter.byScripts(line, keys, payloads);
            case FUNCTION -> ScriptedWriter.byFunctions(line, keys, payloads);
            case QUEUE, GROUP, CHANNEL, PATTERN -> throw new IllegalArgumentException(style + " buys nothing");
        };
    }

    @Override
    public void append(long sequence, int amount) throws ExchangeFailed {
        writer.append(sequence, amount);
    }

    @Override
    public void purchase(long sequence, int amount) throws ExchangeFailed {
        writer.purchase(sequence, amount, random.nextInt(ShopKeys.PRODUCTS_FOR_SALE));
    }

    @Override
    public void abandon(long sequence, int amount) throws ExchangeFailed {
        line.discarded(keys.entry(sequence, amount, payloads.next()));
    }

    @Override
    public void tick() throws ExchangeFailed {
        line.call(keys.tick());
    }

    @Override
    public Holdings holdings() throws ExchangeFailed {
        return holdings.read();
    }

    @Override
    public void browse() throws ExchangeFailed {
        browsing.look();
    }

    @Override
    public boolean settingsKept() throws ExchangeFailed {
        return login.isKeptIn(String.valueOf(line.call(RedisCommand.of("CLIENT", "INFO"))));
    }

    @Override
    public void close() {
        line.close();
    }
}

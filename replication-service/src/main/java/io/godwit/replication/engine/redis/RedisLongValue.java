package io.godwit.replication.engine.redis;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.nio.charset.StandardCharsets;

/**
 * The digest of a value that takes long to be brought here, and little time where it is. Only for values whose elements
 * have an order, and which every version of the server shows alike. It covers what the digest of a value in pieces does.
 */
final class RedisLongValue {
    /** The server keeps it among its scripts until it is restarted; replicas are not told of it. */
    private static final String SCRIPT = """
            local key, form = KEYS[1], ARGV[1]
            local ends = redis.call('PEXPIRETIME', key)
            if ends == -2 then return 'absent' end

            local function named(flat)
              local fields = {}
              for i = 1, #flat, 2 do fields[flat[i]] = flat[i + 1] end
              return fields
            end
            local function pick(fields, ...)
              local picked = {}
              for _, name in ipairs({...}) do picked[#picked + 1] = assert(fields[name], name) end
              return picked
            end
            local function of_stream()
              local stream = named(redis.call('XINFO', 'STREAM', key, 'FULL', 'COUNT', 0))
              local parts = {
                pick(stream, 'length', 'last-generated-id', 'max-deleted-entry-id', 'entries-added', 'entries')}
              for _, each in ipairs(stream['groups']) do
                local group = named(each)
                local part = pick(group, 'name', 'last-delivered-id')
                for _, consumer in ipairs(group['consumers']) do
                  part[#part + 1] = pick(named(consumer), 'name', 'pel-count')
                end
                for _, pending in ipairs(group['pending']) do
                  part[#part + 1] = {pending[1], pending[2], pending[4]}
                end
                parts[#parts + 1] = part
              end
              return parts
            end

            local value
            if form == 'LONG_STRING' then value = redis.call('GET', key)
            elseif form == 'LONG_LIST' then value = redis.call('LRANGE', key, 0, -1)
            else value = of_stream() end
            return string.format('%.0f ', ends) .. redis.sha1hex(cmsgpack.pack(value))
            """;

    private RedisLongValue() {}

    /** @return text that is equal for equal values; {@link RedisDigests#ABSENT} for a key that is not there */
    static RedisFuture<byte[]> ask(RedisAsyncCommands<byte[], byte[]> server, RedisReading reading) {
        return server.evalReadOnly(
                SCRIPT,
                ScriptOutputType.VALUE,
                new byte[][] {reading.key()},
                reading.form().name().getBytes(StandardCharsets.US_ASCII));
    }
}

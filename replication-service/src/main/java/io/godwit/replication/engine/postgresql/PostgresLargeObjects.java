package io.godwit.replication.engine.postgresql;

import io.godwit.events.Failure;
import io.godwit.replication.engine.ReplicationException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.util.unit.DataSize;

/**
 * Carries large objects, which the change stream does not have: those that differ are made anew on the target, page by page.
 * Ahead of the pause most of that is done already, and in it what has changed since.
 */
final class PostgresLargeObjects {
    /** So many, and so much in them, can be compared while clients wait. */
    static final long MOST = 10_000;

    static final DataSize MOST_BYTES = DataSize.ofMegabytes(32);

    /** How many there are, and how many bytes are in them. */
    static final String SIZE = "SELECT (SELECT count(*) FROM pg_largeobject_metadata) AS objects,"
            + " (SELECT coalesce(sum(length(data)), 0) FROM pg_largeobject) AS bytes";

    private static final String STATE = """
            SELECT m.oid, concat_ws(' ', quote_ident(pg_get_userbyid(m.lomowner)),
                                    (SELECT string_agg(concat_ws(' ', a.privilege_type, a.grantee::regrole, a.is_grantable), ', '
                                                       ORDER BY a.grantee::regrole::text, a.privilege_type)
                                     FROM aclexplode(m.lomacl) a),
                                    (SELECT encode(sha256(string_agg(int4send(p.pageno) || sha256(p.data), ''
                                                                     ORDER BY p.pageno)), 'hex')
                                     FROM pg_largeobject p WHERE p.loid = m.oid)) AS contents
            FROM pg_largeobject_metadata m ORDER BY m.oid""";

    private static final String PAGES = "SELECT p.pageno * (current_setting('block_size')::bigint / 4), p.data"
            + " FROM pg_largeobject p WHERE p.loid = ? ORDER BY p.pageno";

    /** What makes owner and rights of an object what they are on this server. */
    private static final String RIGHTS = """
            SELECT format('ALTER LARGE OBJECT %s OWNER TO %I', m.oid, pg_get_userbyid(m.lomowner)) AS sql, 1 AS step
            FROM pg_largeobject_metadata m WHERE m.oid = ?
            UNION ALL
            SELECT format('REVOKE ALL ON LARGE OBJECT %s FROM %I', m.oid, pg_get_userbyid(m.lomowner)), 2
            FROM pg_largeobject_metadata m WHERE m.oid = ? AND m.lomacl IS NOT NULL
            UNION ALL
            SELECT format('GRANT %s ON LARGE OBJECT %s TO %s%s', a.privilege_type, m.oid,
                          CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                          CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END), 3
            FROM pg_largeobject_metadata m, aclexplode(m.lomacl) a WHERE m.oid = ?
            ORDER BY step""";

    private static final int BATCH_BYTES = 1 << 22;

    private PostgresLargeObjects() {}

    /**
     * What there is, by the objects' ids.
     *
     * @throws ReplicationException {@code LARGE_OBJECTS} if it is more than can be compared while clients wait
     */
    static State read(PostgresSession session) throws SQLException {
        long objects = session.one(SIZE, row -> {
            if (row.getLong("objects") > MOST || row.getLong("bytes") > MOST_BYTES.toBytes()) {
                throw new ReplicationException(
                        "LARGE_OBJECTS",
                        Failure.Kind.CONFLICT,
                        "the database has " + row.getLong("objects") + " large objects with " + row.getLong("bytes")
                                + " bytes; expected at most " + MOST + " with " + MOST_BYTES.toBytes()
                                + ", which can be carried while clients wait");
            }
            return row.getLong("objects");
        });
        if (objects == 0) {
            return new State(Map.of());
        }
        List<Map.Entry<Long, String>> contents =
                session.list(STATE, row -> Map.entry(row.getLong("oid"), row.getString("contents")));
        return new State(contents.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /**
     * Makes the target's objects what the source's are.
     *
     * @param differing as {@link State#differing} tells
     */
    static void carry(PostgresSession source, PostgresSession target, List<Long> differing) throws SQLException {
        Connection connection = target.connection();
        connection.setAutoCommit(false);
        boolean done = false;
        try {
            for (long object : differing) {
                target.list(
                        "SELECT lo_unlink(oid) FROM pg_largeobject_metadata WHERE oid = ?",
                        row -> row.getInt(1),
                        object);
                if (source.isTrue("SELECT EXISTS (SELECT FROM pg_largeobject_metadata WHERE oid = ?)", object)) {
                    make(source, target, object);
                }
            }
            connection.commit();
            done = true;
        } finally {
            if (!done) {
                connection.rollback();
            }
            connection.setAutoCommit(true);
        }
    }

    private static void make(PostgresSession source, PostgresSession target, long object) throws SQLException {
        target.one("SELECT lo_create(?::oid)", row -> row.getLong(1), object);
        List<Long> offsets = new ArrayList<>();
        List<byte[]> pages = new ArrayList<>();
        long bytes = 0;
        try (PreparedStatement statement = source.prepare(PAGES, object);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                byte[] page = rows.getBytes(2);
                offsets.add(rows.getLong(1));
                pages.add(page);
                bytes += page.length;
                if (bytes >= BATCH_BYTES) {
                    put(target, object, offsets, pages);
                    bytes = 0;
                }
            }
        }
        put(target, object, offsets, pages);
        for (String sql : source.list(RIGHTS, row -> row.getString("sql"), object, object, object)) {
            target.execute(sql);
        }
    }

    private static void put(PostgresSession target, long object, List<Long> offsets, List<byte[]> pages)
            throws SQLException {
        Connection connection = target.connection();
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT lo_put(?::oid, o, d) FROM unnest(?, ?) u (o, d)")) {
            statement.setLong(1, object);
            statement.setArray(2, connection.createArrayOf("bigint", offsets.toArray()));
            statement.setArray(3, connection.createArrayOf("bytea", pages.toArray(byte[][]::new)));
            statement.execute();
        }
        offsets.clear();
        pages.clear();
    }

    /** @param contents owner, rights and a hash of the pages, by the object's id */
    record State(Map<Long, String> contents) {
        State {
            contents = Map.copyOf(contents);
        }

        /** The ids of objects that only one of the two has, or that are not the same. */
        List<Long> differing(State other) {
            TreeSet<Long> all = new TreeSet<>(contents.keySet());
            all.addAll(other.contents.keySet());
            return all.stream()
                    .filter(object -> !Objects.equals(contents.get(object), other.contents.get(object)))
                    .toList();
        }
    }
}

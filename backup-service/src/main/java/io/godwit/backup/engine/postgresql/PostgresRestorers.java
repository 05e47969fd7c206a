package io.godwit.backup.engine.postgresql;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.backup.engine.ArchiveOrigin;
import io.godwit.engines.Login;
import io.godwit.engines.SecretSealer;
import io.godwit.engines.postgresql.PostgresArchiveEntry;
import io.godwit.engines.postgresql.PostgresTenantRoles;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/**
 * Who restores what. To load rows and to make constraints and indexes runs functions that the archive brings, with the
 * rights of whoever does it; so there is a login for the time of the restore that stands for all roles of the tenant's, one
 * for each role that owns something here and has more than this database, and only what superusers own is the
 * administrator's work.
 */
final class PostgresRestorers implements AutoCloseable {
    private static final String SUFFIX = "_deputy";
    private static final int SECRET_BYTES = 32;

    private static final String ROLES = "SELECT r.rolname, r.rolsuper, " + PostgresTenantRoles.of("?, ?")
            + " AS tenants FROM pg_roles r WHERE r.rolname !~ '^pg_' AND r.rolname = ANY (?)"
            // Names have blanks in them, so it may not be clear where an owner's begins; the longest is the likeliest.
            + " ORDER BY length(r.rolname) DESC";

    private final Connection admin;
    private final PostgresRestoreTarget target;
    private final SecretSealer sealer;
    private final ArchiveOrigin origin;
    private final List<Role> roles;
    private final Map<String, Login> deputies = new LinkedHashMap<>();

    private PostgresRestorers(
            Connection admin,
            PostgresRestoreTarget target,
            SecretSealer sealer,
            ArchiveOrigin origin,
            List<PostgresArchiveEntry> entries)
            throws SQLException {
        this.admin = admin;
        this.target = target;
        this.sealer = sealer;
        this.origin = origin;
        Set<String> names = new LinkedHashSet<>(List.of(tenant(target)));
        entries.forEach(entry -> names.addAll(endings(entry)));
        this.roles = roles(admin, target, names);
    }

    /**
     * Makes the logins that an archive needs.
     *
     * @param admin a session in the scratch database that stays open until this is closed
     * @param entries all that is to be restored
     */
    static PostgresRestorers appoint(
            Connection admin,
            PostgresRestoreTarget target,
            SecretSealer sealer,
            ArchiveOrigin origin,
            List<PostgresArchiveEntry> entries)
            throws SQLException {
        PostgresRestorers restorers = new PostgresRestorers(admin, target, sealer, origin, entries);
        boolean done = false;
        try {
            restorers.appoint(entries);
            done = true;
            return restorers;
        } finally {
            if (!done) {
                restorers.close();
            }
        }
    }

    /** The names of all logins that belong to a scratch database begin so. */
    static String prefix(String scratch) {
        return scratch + SUFFIX;
    }

    Login maker(PostgresArchiveEntry entry) {
        if (origin.administratorsEntries().contains(entry.catalogId())) {
            return target.server().admin();
        }
        return deputies.getOrDefault(standsFor(entry), target.server().admin());
    }

    @Override
    public void close() throws SQLException {
        try (Statement statement = admin.createStatement()) {
            for (Login deputy : deputies.values()) {
                String role = PostgresDatabases.quoted(deputy.user());
                statement.execute("REASSIGN OWNED BY " + role + " TO "
                        + PostgresDatabases.quoted(target.placed().owner().user()) + "; DROP OWNED BY " + role
                        + "; DROP ROLE " + role);
            }
        }
        deputies.clear();
    }

    private void appoint(List<PostgresArchiveEntry> entries) throws SQLException {
        Map<String, Set<String>> members = new LinkedHashMap<>();
        String owner = target.placed().owner().user();
        String tenant = tenant(target);
        if (!isSuperuser(tenant)) {
            members.computeIfAbsent(owner, _ -> new LinkedHashSet<>()).add(tenant);
        }
        if (target.newOwner() == null) {
            for (PostgresArchiveEntry entry : entries) {
                for (Role role : possibleOwners(entry)) {
                    if (!role.superuser()) {
                        members.computeIfAbsent(role.tenants() ? owner : role.name(), _ -> new LinkedHashSet<>())
                                .add(role.name());
                    }
                }
            }
        }
        for (Map.Entry<String, Set<String>> deputy : members.entrySet()) {
            deputies.put(deputy.getKey(), appoint(deputies.size(), deputy.getValue()));
        }
    }

    private Login appoint(int number, Set<String> members) throws SQLException {
        String name = prefix(target.database()) + (number == 0 ? "" : "_" + number);
        String role = PostgresDatabases.quoted(name);
        List<String> granted = new ArrayList<>();
        for (String member : members) {
            granted.add(PostgresDatabases.quoted(member));
        }
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        String password = HexFormat.of().formatHex(secret);
        try (Statement statement = admin.createStatement()) {
            // Without BYPASSRLS, rows that a policy hides from their owner could not be loaded.
            statement.execute("CREATE ROLE " + role
                    + " LOGIN INHERIT BYPASSRLS NOSUPERUSER NOCREATEROLE NOCREATEDB NOREPLICATION IN ROLE "
                    + granted.stream().collect(Collectors.joining(", ")) + "; GRANT CONNECT ON DATABASE "
                    + PostgresDatabases.quoted(target.database()) + " TO " + role);
        }
        // Hashes it here, so that it does not get into the server's log.
        admin.unwrap(PGConnection.class).alterUserPassword(name, password.toCharArray(), "scram-sha-256");
        return new Login(name, sealer.seal(password));
    }

    /** For whom a deputy makes an entry; a name without a deputy where the administrator does. */
    private String standsFor(PostgresArchiveEntry entry) {
        String owner = target.placed().owner().user();
        List<Role> possible = target.newOwner() == null ? possibleOwners(entry) : List.of();
        if (possible.isEmpty()) {
            return owner;
        }
        // Only what is certain is trusted.
        if (possible.stream().allMatch(Role::superuser)) {
            return possible.getFirst().name();
        }
        Role likely = possible.getFirst();
        return likely.superuser() || likely.tenants() ? owner : likely.name();
    }

    /** The longest name first. */
    private List<Role> possibleOwners(PostgresArchiveEntry entry) {
        Set<String> endings = endings(entry);
        return roles.stream().filter(role -> endings.contains(role.name())).toList();
    }

    /** What stands behind each blank: one of them is the owner's name, if there is one. */
    private static Set<String> endings(PostgresArchiveEntry entry) {
        Set<String> endings = new HashSet<>();
        // The list was read byte by byte; names in it are in UTF-8.
        String description = new String(entry.description().getBytes(ISO_8859_1), UTF_8);
        for (int blank = description.indexOf(' '); blank >= 0; blank = description.indexOf(' ', blank + 1)) {
            endings.add(description.substring(blank + 1));
        }
        return endings;
    }

    /** The role whose rights the tenant's entries need. */
    private static String tenant(PostgresRestoreTarget target) {
        return target.newOwner() == null ? target.placed().owner().user() : target.newOwner();
    }

    private boolean isSuperuser(String name) {
        return roles.stream().anyMatch(role -> role.superuser() && role.name().equals(name));
    }

    private static List<Role> roles(Connection admin, PostgresRestoreTarget target, Set<String> names)
            throws SQLException {
        List<Role> roles = new ArrayList<>();
        try (PreparedStatement statement = admin.prepareStatement(ROLES)) {
            int parameter = 1;
            for (int mention = 0; mention < 2; mention++) {
                statement.setString(parameter++, target.database());
                statement.setString(parameter++, target.placed().databaseName());
            }
            statement.setArray(parameter, admin.createArrayOf("text", names.toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    roles.add(new Role(rows.getString(1), rows.getBoolean(2), rows.getBoolean(3)));
                }
            }
        }
        return roles;
    }

    /** @param tenants whether it belongs to this tenant alone */
    private record Role(String name, boolean superuser, boolean tenants) {}
}

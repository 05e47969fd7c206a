package io.godwit.engines;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * Names one tenant's database: {@code acme/orders}. It is the key of every message about the database.
 *
 * @param tenant the tenant's id, {@code [a-z][a-z0-9_]{0,30}} without {@code __}
 * @param name the database's name within the tenant, of the same form
 */
public record DatabaseId(String tenant, String name) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,30}");
    private static final String SEPARATOR = "__";

    public DatabaseId {
        requireName("tenant", tenant);
        requireName("database name", name);
    }

    /** @throws IllegalArgumentException saying what was expected, if {@code value} is not {@code tenant/name} */
    @JsonCreator
    public static DatabaseId parse(String value) {
        int slash = value.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("database '" + value + "' is not of the form tenant/name");
        }
        return new DatabaseId(value.substring(0, slash), value.substring(slash + 1));
    }

    /** The name under which clients know both the database and its user: {@code orders__acme}. */
    public String clientName() {
        return name + SEPARATOR + tenant;
    }

    @JsonValue
    @Override
    public String toString() {
        return tenant + "/" + name;
    }

    /** @throws IllegalArgumentException saying what was expected, if {@code value} is not a valid name */
    public static void requireName(String what, String value) {
        if (!NAME.matcher(value).matches() || value.contains(SEPARATOR)) {
            throw new IllegalArgumentException(what + " '" + value
                    + "' is invalid; expected a lower-case letter followed by at most 30 lower-case letters, digits or"
                    + " single underscores");
        }
    }
}

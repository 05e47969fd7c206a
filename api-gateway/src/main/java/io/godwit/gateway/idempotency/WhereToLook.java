package io.godwit.gateway.idempotency;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a client sees what became of a POST whose answer is lost. */
final class WhereToLook {
    /** What is done to a thing has no list of its own; the thing shows it. */
    private static final Set<String> ACTIONS =
            Set.of("adopt", "cancel", "complete", "drain", "restore", "rollback", "verify");

    private static final Pattern MIGRATIONS_OF_A_DATABASE =
            Pattern.compile("/api/v1/tenants/([^/]+)/databases/[^/]+/migrations");

    private WhereToLook() {}

    /**
     * @param path of the POST
     * @return the path of a GET
     */
    static String after(String path) {
        Matcher migrations = MIGRATIONS_OF_A_DATABASE.matcher(path);
        if (migrations.matches()) {
            return "/api/v1/migrations?tenant=" + migrations.group(1);
        }
        int last = path.lastIndexOf('/');
        return last > 0 && ACTIONS.contains(path.substring(last + 1)) ? path.substring(0, last) : path;
    }
}

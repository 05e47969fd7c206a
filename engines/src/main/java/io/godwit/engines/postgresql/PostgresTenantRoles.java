package io.godwit.engines.postgresql;

/** Tells in SQL which roles of a server belong to one tenant alone, so that they may be stood for all at once. */
public final class PostgresTenantRoles {
    private PostgresTenantRoles() {}

    /**
     * A condition on {@code pg_roles r}: no power over the server, and nothing in other databases. The owner of a database
     * is the tenant himself, who may have been given some power.
     *
     * @param databases whose roles they are; a list of SQL expressions
     */
    public static String of(String databases) {
        return """
                NOT r.rolsuper
                AND NOT EXISTS (SELECT FROM pg_roles x WHERE x.rolsuper AND pg_has_role(r.oid, x.oid, 'MEMBER'))
                AND (r.oid IN (SELECT datdba FROM pg_database WHERE datname IN ($DATABASES))
                     OR NOT EXISTS (
                         SELECT FROM pg_roles x
                         WHERE (x.rolcreaterole OR x.rolcreatedb OR x.rolreplication OR x.rolbypassrls OR x.rolname ~ '^pg_')
                           AND x.rolname <> 'pg_database_owner' AND pg_has_role(r.oid, x.oid, 'MEMBER'))
                     AND NOT EXISTS (
                         SELECT FROM pg_shdepend s
                         WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid
                           AND CASE WHEN s.dbid <> 0 THEN s.dbid
                                    WHEN s.classid = 'pg_database'::regclass THEN s.objid END
                               NOT IN (SELECT oid FROM pg_database WHERE datname IN ($DATABASES))))""".replace("$DATABASES", databases);
    }
}

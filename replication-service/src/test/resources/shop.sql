CREATE SCHEMA "Sales Dept";
CREATE TYPE public.mood AS ENUM ('sad', 'ok', 'it''s "fine"');
CREATE DOMAIN public.positive AS integer CHECK (VALUE > 0);
CREATE TYPE public.address AS (street text, zip varchar(10));

CREATE TABLE public.customers (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL,
    mood       public.mood NOT NULL DEFAULT 'ok',
    moods      public.mood[],
    home       public.address,
    doubled    bigint GENERATED ALWAYS AS (level * 2) STORED,
    level      public.positive NOT NULL DEFAULT 1,
    photo      bytea,
    profile    jsonb,
    tags       text[],
    born       date,
    seen       timestamptz,
    wakes      time,
    every      interval,
    score      numeric,
    ratio      double precision,
    valid      int4range,
    seat       regclass,
    token      uuid DEFAULT gen_random_uuid(),
    host       inet
);
CREATE TABLE "Sales Dept"."Order Lines" (
    "Order Id" integer,
    "Line"     varchar(20),
    customer   bigint NOT NULL REFERENCES public.customers (id),
    amount     numeric(12, 2) NOT NULL,
    note       text,
    changed    integer NOT NULL DEFAULT 0,
    PRIMARY KEY ("Order Id", "Line")
);
CREATE INDEX order_lines_of_customer ON "Sales Dept"."Order Lines" (customer) WHERE amount > 0;
CREATE TABLE public.journal (writer integer, n integer, said text);
CREATE TABLE public.codes (code text NOT NULL, meaning text);
CREATE UNIQUE INDEX codes_by_code ON public.codes (code);
CREATE TABLE public.measurements (at timestamptz NOT NULL, sensor integer NOT NULL, value double precision,
    PRIMARY KEY (at, sensor)) PARTITION BY RANGE (at);
CREATE TABLE public.measurements_2025 PARTITION OF public.measurements FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE public.measurements_rest PARTITION OF public.measurements DEFAULT;
CREATE TABLE public.animals (id integer PRIMARY KEY, name text);
CREATE TABLE public.dogs (breed text, PRIMARY KEY (id)) INHERITS (public.animals);
CREATE TABLE public.empty_one (id integer PRIMARY KEY);
CREATE TABLE public.counters (id integer PRIMARY KEY, value bigint NOT NULL);
CREATE TABLE public.changes (id bigserial PRIMARY KEY, line text NOT NULL);
CREATE SEQUENCE public.invoice_numbers START 1000 INCREMENT 7;
CREATE SEQUENCE public.never_used;

CREATE FUNCTION public.note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO public.changes (line) VALUES (NEW."Line");
    RETURN NEW;
END $$;
CREATE TRIGGER lines_are_noted AFTER INSERT ON "Sales Dept"."Order Lines"
    FOR EACH ROW EXECUTE FUNCTION public.note_change();
CREATE VIEW public.rich_customers AS SELECT id, name FROM public.customers WHERE score > 100;
CREATE MATERIALIZED VIEW public.levels AS SELECT level, count(*) AS customers FROM public.customers GROUP BY level;
CREATE UNIQUE INDEX levels_by_level ON public.levels (level);
ALTER TABLE public.customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON public.customers USING (true);
CREATE FUNCTION public.answer() RETURNS integer LANGUAGE sql AS 'SELECT 42';
REVOKE EXECUTE ON FUNCTION public.answer() FROM PUBLIC;
GRANT SELECT (id) ON public.dogs TO PUBLIC;
GRANT USAGE ON SCHEMA "Sales Dept" TO pg_monitor;
REVOKE USAGE ON TYPE public.positive FROM PUBLIC;
CREATE STATISTICS public.moods_and_scores ON mood, score FROM public.customers;
COMMENT ON TABLE public.customers IS 'People who buy';

INSERT INTO public.customers (name, mood, moods, home, level, photo, profile, tags, born, seen, wakes, every, score, ratio, valid, seat, host)
SELECT CASE n % 5 WHEN 0 THEN E'tab\there' WHEN 1 THEN E'two\nlines' WHEN 2 THEN 'a "quoted" \ back' WHEN 3 THEN '' ELSE 'Zoë 🐦' END,
       (ARRAY['sad', 'ok', 'it''s "fine"'])[1 + n % 3]::public.mood,
       CASE WHEN n % 4 = 0 THEN NULL ELSE ARRAY['sad', 'ok']::public.mood[] END,
       CASE WHEN n % 7 = 0 THEN NULL ELSE ROW('Main "St", ' || n, NULL)::public.address END,
       1 + n % 9, decode(md5(n::text), 'hex'), jsonb_build_object('n', n, 'nested', jsonb_build_array(1, NULL, 'x')),
       ARRAY['a,b', 'c"d', NULL], date '2000-01-01' + n, timestamptz '2025-03-30 00:59:59.123456+00' + n * interval '1 hour',
       time '23:59:59.999999', interval '1 year -2 days 03:04:05.6', CASE WHEN n % 11 = 0 THEN 'NaN'::numeric ELSE n / 7.0 END,
       CASE n % 13 WHEN 0 THEN 'Infinity'::float8 WHEN 1 THEN '-0'::float8 ELSE n / 3.0 END,
       int4range(n, n + 10), 'public.animals', ('10.0.' || n % 256 || '.1')::inet
FROM generate_series(1, 3000) n;
INSERT INTO "Sales Dept"."Order Lines" SELECT n / 3, 'line ' || n % 3, 1 + n % 3000, n * 1.25, repeat('x', n % 2500) FROM generate_series(3, 9000) n;
INSERT INTO public.journal SELECT 0, n, CASE WHEN n % 10 = 0 THEN NULL ELSE 'entry' END FROM generate_series(1, 500) n;
INSERT INTO public.journal SELECT 0, 0, 'the same' FROM generate_series(1, 20);
INSERT INTO public.codes SELECT 'c' || n, 'meaning' FROM generate_series(1, 50) n;
INSERT INTO public.measurements SELECT timestamptz '2024-12-01' + n * interval '6 hours', n % 10, random() FROM generate_series(1, 2000) n;
INSERT INTO public.animals VALUES (1, 'cat');
INSERT INTO public.dogs VALUES (2, 'Rex', 'beagle');
INSERT INTO public.counters SELECT n, 0 FROM generate_series(1, 10) n;
SELECT nextval('public.invoice_numbers'), nextval('public.invoice_numbers');
REFRESH MATERIALIZED VIEW public.levels;

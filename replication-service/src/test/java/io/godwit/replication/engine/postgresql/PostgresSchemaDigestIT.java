package io.godwit.replication.engine.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.testing.PostgresServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresSchemaDigestIT {
    private static Shop shop;

    @BeforeAll
    static void openShop() throws Exception {
        shop = new Shop();
    }

    @AfterAll
    static void closeShop() throws Exception {
        shop.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ALTER TABLE public.animals ADD COLUMN legs integer | ALTER TABLE public.animals DROP COLUMN legs | column public.animals.legs
            CREATE INDEX by_name ON public.animals (name) | DROP INDEX public.by_name | index public.by_name
            CREATE TABLE public.plants (id integer) | DROP TABLE public.plants | column public.plants.id
            CREATE SCHEMA extra | DROP SCHEMA extra | schema extra
            ALTER SCHEMA "Sales Dept" OWNER TO godwit_admin | ALTER SCHEMA "Sales Dept" OWNER TO %s | schema "Sales Dept"
            GRANT USAGE ON SCHEMA "Sales Dept" TO PUBLIC | REVOKE USAGE ON SCHEMA "Sales Dept" FROM PUBLIC | schema "Sales Dept"
            CREATE TYPE public.size AS (width integer) | DROP TYPE public.size | column public.size.width
            ALTER TYPE public.address ADD ATTRIBUTE city text | ALTER TYPE public.address DROP ATTRIBUTE city | column public.address.city
            GRANT SELECT (name) ON public.animals TO PUBLIC | REVOKE SELECT (name) ON public.animals FROM PUBLIC | column public.animals.name
            REVOKE EXECUTE ON FUNCTION public.note_change() FROM PUBLIC | GRANT EXECUTE ON FUNCTION public.note_change() TO PUBLIC | function public.note_change()
            REVOKE USAGE ON TYPE public.mood FROM PUBLIC | GRANT USAGE ON TYPE public.mood TO PUBLIC | type public.mood
            CREATE STATISTICS public.related ON name, level FROM public.customers | DROP STATISTICS public.related | statistics public.related
            DROP EXTENSION plpgsql CASCADE | CREATE EXTENSION plpgsql | extension plpgsql
            """)
    void aChangeOfTheSchemaIsNamedAndItsUndoingIsNoChange(String change, String undo, String object) throws Exception {
        try (PostgresSession session = PostgresSession.ofAdmin(
                PostgresServer.connections()
                        .openAdmin(
                                shop.stream.source().server(),
                                shop.stream.source().databaseName()),
                Duration.ofSeconds(20))) {
            PostgresSchemaDigest before = PostgresSchemaDigest.read(session, true);
            session.execute("BEGIN; " + change);
            PostgresSchemaDigest during = PostgresSchemaDigest.read(session, true);
            session.execute(undo.formatted(shop.stream.source().owner().user()));
            PostgresSchemaDigest after = PostgresSchemaDigest.read(session, true);
            session.execute("ROLLBACK");

            assertThat(before.difference(during)).contains(object);
            if (!change.contains("CASCADE")) {
                assertThat(before.difference(after)).isEmpty();
            }
        }
    }
}

package io.godwit.gateway.access;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.rest.Caller;
import io.godwit.rest.ProblemException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessFilterTest {
    @ParameterizedTest
    @CsvSource({
        "OPERATOR,     ,     DELETE, /api/v1/tenants/acme",
        "TENANT_ADMIN, acme, POST,   /api/v1/tenants/acme/databases",
        "TENANT_ADMIN, acme, GET,    /api/v1/migrations",
        "VIEWER,       acme, GET,    /api/v1/tenants/acme",
        "VIEWER,       ,     GET,    /api/v1/tenants/globex"
    })
    void allowedCallPasses(Caller.Role role, String tenant, String method, String path) {
        assertThatCode(() -> AccessFilter.check(new Caller("c", role, tenant), method, path))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "VIEWER,       ,     POST,   /api/v1/tenants",
        "VIEWER,       acme, DELETE, /api/v1/tenants/acme",
        "VIEWER,       acme, PATCH,  /api/v1/anything",
        "TENANT_ADMIN, acme, GET,    /api/v1/tenants/globex",
        "TENANT_ADMIN, acme, GET,    /api/v1/tenants/globex/databases/orders",
        "TENANT_ADMIN, acme, POST,   /api/v1/tenants/%67lobex/databases",
        "TENANT_ADMIN, acme, GET,    /api/v1/%74enants/globex"
    })
    void forbiddenCallIsRefused(Caller.Role role, String tenant, String method, String path) {
        assertThatThrownBy(() -> AccessFilter.check(new Caller("c", role, tenant), method, path))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> org.assertj.core.api.Assertions.assertThat(problem.code())
                                .isEqualTo("FORBIDDEN"));
    }
}

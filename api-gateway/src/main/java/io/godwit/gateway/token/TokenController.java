package io.godwit.gateway.token;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.godwit.engines.DatabaseId;
import io.godwit.rest.Caller;
import io.godwit.rest.Page;
import io.godwit.rest.PageQuery;
import io.godwit.rest.ProblemException;
import io.godwit.rest.PublicIds;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.validation.annotation.Validated;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Makes, lists and revokes tokens. An operator does so for everybody, a tenant's admin for the own tenant. */
@RestController
@RequestMapping("/api/v1/tokens")
class TokenController {
    private final TokenTable tokens;
    private final GoneTenants goneTenants;
    private final InstantSource clock;

    TokenController(TokenTable tokens, GoneTenants goneTenants, InstantSource clock) {
        this.tokens = tokens;
        this.goneTenants = goneTenants;
        this.clock = clock;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    CreatedToken create(@Validated @RequestBody NewToken wanted, Caller caller) {
        Caller.Role role = wanted.role().role;
        requireMayManage(caller, role, wanted.tenant());
        requireConsistent(role, wanted);
        TokenSecret secret = TokenSecret.random();
        Token token = new Token(
                PublicIds.next("tok"),
                wanted.name(),
                role,
                wanted.tenant(),
                clock.instant().truncatedTo(ChronoUnit.MICROS),
                caller.name(),
                wanted.expiresAt());
        tokens.save(token, secret.hash());
        return CreatedToken.of(token, secret);
    }

    @GetMapping
    Page<ShownToken> list(PageQuery query, Caller caller) {
        requireAdmin(caller);
        return Page.of(tokens.page(caller.tenant(), query), query, Token::id).map(ShownToken::of);
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void revoke(@PathVariable String id, Caller caller) {
        requireAdmin(caller);
        Token token = tokens.find(id)
                // Another tenant's token is as unknown as one that does not exist.
                .filter(found -> caller.tenant() == null || caller.tenant().equals(found.tenant()))
                .orElseThrow(() -> new ProblemException(404, "TOKEN_NOT_FOUND", "Token '" + id + "' does not exist"));
        requireMayManage(caller, token.role(), token.tenant());
        if (token.id().equals(OperatorTokenSeed.ID)) {
            throw new ProblemException(
                    409, "TOKEN_IN_USE", "Token '" + id + "' comes from the operator's file; change the file instead");
        }
        tokens.delete(id);
    }

    private static void requireAdmin(Caller caller) {
        if (caller.role() == Caller.Role.VIEWER) {
            caller.requireOperator();
        }
    }

    private static void requireMayManage(Caller caller, Caller.Role role, @Nullable String tenant) {
        if (caller.role() != Caller.Role.TENANT_ADMIN || role == Caller.Role.OPERATOR || tenant == null) {
            caller.requireOperator();
            return;
        }
        caller.requireWrite(tenant);
    }

    private void requireConsistent(Caller.Role role, NewToken wanted) {
        if (role == Caller.Role.OPERATOR && wanted.tenant() != null) {
            throw invalid("tenant: is '" + wanted.tenant() + "'; expected none for an operator");
        }
        if (role == Caller.Role.TENANT_ADMIN && wanted.tenant() == null) {
            throw invalid("tenant: is missing; expected the tenant that the tenant-admin is bound to");
        }
        if (wanted.tenant() != null) {
            try {
                DatabaseId.requireName("tenant", wanted.tenant());
            } catch (IllegalArgumentException e) {
                throw new ProblemException(422, "INVALID_NAME", String.valueOf(e.getMessage()));
            }
            if (goneTenants.contains(wanted.tenant())) {
                throw new ProblemException(
                        404,
                        "TENANT_NOT_FOUND",
                        "Tenant '" + wanted.tenant() + "' was deleted; expected one that has not been");
            }
        }
        if (wanted.expiresAt() != null && !wanted.expiresAt().isAfter(clock.instant())) {
            throw invalid("expiresAt: is '" + wanted.expiresAt() + "'; expected a time in the future");
        }
    }

    private static ProblemException invalid(String detail) {
        return new ProblemException(422, "VALIDATION_FAILED", detail);
    }

    record NewToken(
            @NotBlank @Size(max = 100) @Pattern(regexp = "\\P{Cntrl}*", message = "must have no control characters")
            String name,

            @NotNull RoleName role,
            @Nullable String tenant,
            @Nullable Instant expiresAt) {}

    /** Roles as the API spells them. */
    enum RoleName {
        @JsonProperty("operator")
        OPERATOR(Caller.Role.OPERATOR),
        @JsonProperty("tenant-admin")
        TENANT_ADMIN(Caller.Role.TENANT_ADMIN),
        @JsonProperty("viewer")
        VIEWER(Caller.Role.VIEWER);

        private final Caller.Role role;

        RoleName(Caller.Role role) {
            this.role = role;
        }

        static RoleName of(Caller.Role role) {
            return valueOf(role.name());
        }
    }

    record ShownToken(
            String id,
            String name,
            RoleName role,
            @Nullable String tenant,
            Instant createdAt,
            String createdBy,
            @Nullable Instant expiresAt) {
        static ShownToken of(Token token) {
            return new ShownToken(
                    token.id(),
                    token.name(),
                    RoleName.of(token.role()),
                    token.tenant(),
                    token.createdAt(),
                    token.createdBy(),
                    token.expiresAt());
        }
    }

    /** @param token the token itself, which is shown this once */
    record CreatedToken(
            String id,
            String name,
            RoleName role,
            @Nullable String tenant,
            Instant createdAt,
            @Nullable Instant expiresAt,
            String token) {
        static CreatedToken of(Token token, TokenSecret secret) {
            return new CreatedToken(
                    token.id(),
                    token.name(),
                    RoleName.of(token.role()),
                    token.tenant(),
                    token.createdAt(),
                    token.expiresAt(),
                    secret.value());
        }
    }
}

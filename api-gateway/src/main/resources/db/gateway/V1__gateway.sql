create table token (
    id          text        primary key,
    name        text        not null,
    role        text        not null check (role in ('OPERATOR', 'TENANT_ADMIN', 'VIEWER')),
    tenant      text,
    -- SHA-256 of the token, which has too many random bits to be guessed; the token itself is not kept.
    secret_hash bytea       not null unique,
    created_at  timestamptz not null,
    created_by  text        not null,
    expires_at  timestamptz
);

create table idempotent_request (
    principal    text        not null,
    key          text        not null,
    request_hash bytea       not null,
    created_at   timestamptz not null,
    -- Whoever serves the request has until then; afterwards it may be tried again.
    lease_until  timestamptz not null,
    status       integer,
    -- Sealed, because an answer may hold a password.
    response     text,
    primary key (principal, key)
);

create index idempotent_request_created_at on idempotent_request (created_at);

create table audit (
    id       bigint generated always as identity primary key,
    at       timestamptz not null,
    token_id text        not null,
    caller   text        not null,
    role     text        not null,
    tenant   text,
    address  text        not null,
    method   text        not null,
    path     text        not null,
    status   integer     not null
);

-- Tenants whose deletion was answered. No id is given twice, so that none of their tokens becomes valid again, not even
-- one that was made while the tenant was being deleted.
create table gone_tenant (
    id      text        primary key,
    gone_at timestamptz not null
);

comment on column idempotent_request.lease_until is
    'Whoever serves the request has until then. If there is no answer afterwards, nobody knows what came of it.';

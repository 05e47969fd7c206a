-- Records that a committed transaction wants to have sent. A row is deleted when the broker has acknowledged it.
create table message_outbox (
    id         bigint generated always as identity primary key,
    message_id uuid        not null,
    topic      text        not null,
    record_key text        not null,
    type       text        not null,
    time       timestamptz not null,
    data       bytea
);

-- Messages that were handled, so that a second delivery does nothing.
create table message_inbox (
    listener   text        not null,
    message_id text        not null,
    handled_at timestamptz not null default clock_timestamp(),
    primary key (listener, message_id)
);

create index message_inbox_handled_at on message_inbox (handled_at);

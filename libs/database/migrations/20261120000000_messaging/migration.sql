-- What @parley/messaging keeps in every service's own database, apart from the service's tables.
CREATE SCHEMA messaging;

-- Facts written in the transaction that made them true; the relay publishes them afterwards.
CREATE TABLE messaging.outbox (
    -- The event's id, and the Nats-Msg-Id it is published with.
    id uuid PRIMARY KEY,
    -- Order of writing. Transactions commit in another order, so it sorts unpublished rows but is never a cursor.
    position bigint GENERATED ALWAYS AS IDENTITY,
    aggregate_id text NOT NULL,
    subject text NOT NULL,
    payload jsonb NOT NULL,
    -- Trace context of the request that wrote the row.
    headers jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    published_at timestamptz
);
CREATE INDEX outbox_unpublished ON messaging.outbox (position) WHERE published_at IS NULL;
CREATE INDEX outbox_published_at ON messaging.outbox (published_at) WHERE published_at IS NOT NULL;

-- Which event had its effect through which consumer; written in the transaction of the effect.
CREATE TABLE messaging.inbox (
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    handled_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, event_id)
);
CREATE INDEX inbox_handled_at ON messaging.inbox (handled_at);

-- Events no retry can help: kept with their reason until a person replays them.
CREATE TABLE messaging.dead_letter (
    id uuid PRIMARY KEY,
    consumer text NOT NULL,
    -- Text, because an event whose id is broken must fit too.
    event_id text NOT NULL,
    subject text NOT NULL,
    -- As received, which may be no JSON at all.
    payload bytea NOT NULL,
    headers jsonb NOT NULL,
    reason text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    replay_requested_at timestamptz,
    replayed_at timestamptz,
    UNIQUE (consumer, event_id)
);
CREATE INDEX dead_letter_open ON messaging.dead_letter (consumer, created_at) WHERE replayed_at IS NULL;

-- The streams this database's outbox was published to. A stream that is younger than its row was lost and made anew:
-- what was published before has to be published again.
CREATE TABLE messaging.stream (
    name text PRIMARY KEY,
    created_at timestamptz NOT NULL
);

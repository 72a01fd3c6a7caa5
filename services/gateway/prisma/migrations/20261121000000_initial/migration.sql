CREATE TABLE ban (
  id uuid PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('user', 'ip')),
  subject text NOT NULL,
  reason text NOT NULL,
  created_by uuid,
  created_at timestamptz(3) NOT NULL DEFAULT now(),
  expires_at timestamptz(3),
  lifted_at timestamptz(3),
  lifted_by uuid
);
CREATE INDEX ban_lifted_at_expires_at_idx ON ban (lifted_at, expires_at);

CREATE TABLE idempotent_answer (
  user_id uuid NOT NULL,
  key text NOT NULL,
  request_hash bytea NOT NULL,
  status integer,
  content_type text,
  body bytea,
  claim_id uuid NOT NULL,
  claimed_at timestamptz(3) NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, key)
);
CREATE INDEX idempotent_answer_claimed_at_idx ON idempotent_answer (claimed_at);

CREATE TABLE socket_ticket (
  hash bytea PRIMARY KEY,
  claims jsonb NOT NULL,
  expires_at timestamptz(3) NOT NULL
);
CREATE INDEX socket_ticket_expires_at_idx ON socket_ticket (expires_at);

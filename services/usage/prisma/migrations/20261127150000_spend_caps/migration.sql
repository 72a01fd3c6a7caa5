-- AlterTable
ALTER TABLE "reservation" ADD COLUMN     "is_admin" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "spend_cap" (
    "subject" TEXT NOT NULL,
    "month_micro_usd" BIGINT,
    "day_micro_usd" BIGINT,
    "set_by" UUID NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "spend_cap_pkey" PRIMARY KEY ("subject")
);

-- CreateTable
CREATE TABLE "spend_hold" (
    "id" UUID NOT NULL,
    "user_id" UUID,
    "micro_usd" BIGINT NOT NULL,
    "expires_at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "spend_hold_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "spend_entry" (
    "id" BIGSERIAL NOT NULL,
    "subject" UUID NOT NULL,
    "day" DATE NOT NULL,
    "micro_usd" BIGINT NOT NULL,

    CONSTRAINT "spend_entry_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "spend" (
    "subject" UUID NOT NULL,
    "day" DATE NOT NULL,
    "micro_usd" BIGINT NOT NULL,

    CONSTRAINT "spend_pkey" PRIMARY KEY ("subject","day")
);

-- CreateTable
CREATE TABLE "spend_notice" (
    "subject" UUID NOT NULL,
    "period" TEXT NOT NULL,
    "starts_on" DATE NOT NULL,
    "percent" INTEGER NOT NULL,
    "cap_micro_usd" BIGINT NOT NULL,

    CONSTRAINT "spend_notice_pkey" PRIMARY KEY ("subject","period","starts_on","percent","cap_micro_usd")
);

-- CreateIndex
CREATE INDEX "spend_hold_user_id_idx" ON "spend_hold"("user_id");

-- CreateIndex
CREATE INDEX "spend_entry_subject_day_idx" ON "spend_entry"("subject", "day");

ALTER TABLE "spend_cap" ADD CONSTRAINT "spend_cap_amount_check" CHECK ("month_micro_usd" >= 0 AND "day_micro_usd" >= 0);
ALTER TABLE "spend_cap" ADD CONSTRAINT "spend_cap_day_check" CHECK ("day_micro_usd" IS NULL OR "subject" = 'platform');
ALTER TABLE "spend_hold" ADD CONSTRAINT "spend_hold_amount_check" CHECK ("micro_usd" > 0);

-- The subject that stands for everybody, in entries, sums and notices. No user has this id.
CREATE FUNCTION "spend_platform"() RETURNS UUID LANGUAGE sql IMMUTABLE AS $$ SELECT '00000000-0000-0000-0000-000000000000'::uuid $$;

-- A cost counts in the transaction that meters it, whichever statement does: toward the platform's caps as soon as it is
-- known, whoever pays for it, and toward its user's as soon as it is the user's. Then nothing is held for it any more. A
-- reader sees what is held or what was spent, never both and never neither.
CREATE FUNCTION "note_cost"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."cost_micro_usd" > 0 THEN
    INSERT INTO "spend_entry" ("subject", "day", "micro_usd")
    VALUES ("spend_platform"(), (NEW."occurred_at" AT TIME ZONE 'UTC')::date, NEW."cost_micro_usd");
  END IF;
  -- Of a call that belongs to no turn: one over the public API, or the platform's own.
  DELETE FROM "spend_hold" h WHERE h."id" = NEW."call_id";
  RETURN NULL;
END
$$;
CREATE FUNCTION "note_users_cost"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."cost_micro_usd" > 0 THEN
    INSERT INTO "spend_entry" ("subject", "day", "micro_usd")
    VALUES (NEW."user_id", (NEW."occurred_at" AT TIME ZONE 'UTC')::date, NEW."cost_micro_usd");
  END IF;
  DELETE FROM "spend_hold" h WHERE h."id" = NEW."turn_id";
  RETURN NULL;
END
$$;
CREATE TRIGGER "note_cost" AFTER INSERT ON "usage_event" FOR EACH ROW EXECUTE FUNCTION "note_cost"();
CREATE TRIGGER "note_cost" AFTER INSERT ON "wasted_leg" FOR EACH ROW EXECUTE FUNCTION "note_cost"();
CREATE TRIGGER "note_users_cost" AFTER INSERT ON "usage_event" FOR EACH ROW
  WHEN (NEW."account" = 'user') EXECUTE FUNCTION "note_users_cost"();
CREATE TRIGGER "note_users_cost_decided" AFTER UPDATE OF "account" ON "usage_event" FOR EACH ROW
  WHEN (NEW."account" = 'user' AND OLD."account" IS DISTINCT FROM 'user') EXECUTE FUNCTION "note_users_cost"();

-- What was spent before. The triggers hold the tables until this is committed.
INSERT INTO "spend" ("subject", "day", "micro_usd")
SELECT "subject", ("occurred_at" AT TIME ZONE 'UTC')::date, sum("cost_micro_usd") FROM (
  SELECT "user_id" AS "subject", "occurred_at", "cost_micro_usd" FROM "usage_event" WHERE "account" = 'user'
  UNION ALL SELECT "spend_platform"(), "occurred_at", "cost_micro_usd" FROM "usage_event"
  UNION ALL SELECT "spend_platform"(), "occurred_at", "cost_micro_usd" FROM "wasted_leg"
) AS "past"
GROUP BY 1, 2;

-- Everything that counts at a moment: sums, entries that wait to be added to them, and what is held.
CREATE VIEW "spend_now" ("subject", "day", "spent", "held") AS
  SELECT "subject", "day", "micro_usd", 0::bigint FROM "spend"
  UNION ALL SELECT "subject", "day", "micro_usd", 0::bigint FROM "spend_entry"
  UNION ALL SELECT "user_id", 'infinity'::date, 0::bigint, "micro_usd" FROM "spend_hold"
            WHERE "user_id" IS NOT NULL AND "expires_at" > statement_timestamp()
  UNION ALL SELECT "spend_platform"(), 'infinity'::date, 0::bigint, "micro_usd" FROM "spend_hold" WHERE "expires_at" > statement_timestamp();

-- What a subject has spent in this UTC month and on this UTC day, and what is held for it. One statement, so one moment.
CREATE FUNCTION "spend_use"("the_subject" UUID, "at" TIMESTAMPTZ, OUT "month_spent" BIGINT, OUT "day_spent" BIGINT, OUT "held" BIGINT)
LANGUAGE sql VOLATILE AS $$
  SELECT coalesce(sum(n."spent"), 0)::bigint,
         coalesce(sum(n."spent") FILTER (WHERE n."day" = ("at" AT TIME ZONE 'UTC')::date), 0)::bigint,
         coalesce(sum(n."held"), 0)::bigint
  FROM "spend_now" n
  WHERE n."subject" = "the_subject" AND n."day" >= date_trunc('month', "at" AT TIME ZONE 'UTC')::date
$$;

-- The caps of a subject, null for none: an administrator's for this very subject, else for its plan, else those of
-- "by_default" ({"platform": {"month", "day"}, "free": {"month"}, "pro": {"month"}}). Without a plan (administrators) only the first.
CREATE FUNCTION "spend_caps_of"("the_subject" UUID, "the_plan" TEXT, "by_default" JSONB,
                                OUT "month_cap" BIGINT, OUT "day_cap" BIGINT, OUT "source" TEXT)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  "own" TEXT := CASE WHEN "the_subject" = "spend_platform"() THEN 'platform' ELSE "the_subject"::text END;
  "general" TEXT := CASE WHEN "the_subject" = "spend_platform"() THEN 'platform' ELSE "the_plan" END;
BEGIN
  SELECT c."month_micro_usd", c."day_micro_usd", CASE WHEN c."subject" IN ('free', 'pro') THEN 'plan' ELSE 'own' END
  INTO "month_cap", "day_cap", "source"
  FROM "spend_cap" c WHERE c."subject" IN ("own", "general") ORDER BY c."subject" = "own" DESC LIMIT 1;
  IF NOT FOUND THEN
    "month_cap" := ("by_default" -> "general" ->> 'month')::bigint;
    "day_cap" := ("by_default" -> "general" ->> 'day')::bigint;
    "source" := 'default';
  END IF;
END
$$;

-- The plan whose cap binds a user, null for an administrator: nobody says who is one but requests, so the last one counts.
CREATE FUNCTION "capped_plan"("the_user" UUID) RETURNS TEXT LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN NOT coalesce((
    SELECT r."is_admin" FROM "reservation" r WHERE r."user_id" = "the_user" ORDER BY r."created_at" DESC LIMIT 1
  ), false) THEN coalesce((SELECT e."plan" FROM "entitlement" e WHERE e."user_id" = "the_user"), 'free') END
$$;

-- The cap of a subject that has no room, null for none. One has room while what was spent and what is held stay below it,
-- so whatever is let in last is the only one that may go over. What was spent comes first: it says how long to wait.
CREATE FUNCTION "full_cap"("the_subject" UUID, "the_plan" TEXT, "by_default" JSONB, "at" TIMESTAMPTZ,
                           OUT "period" TEXT, OUT "is_spent" BOOLEAN, OUT "frees_at" TIMESTAMPTZ)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  "caps" RECORD;
  "use" RECORD;
BEGIN
  SELECT c.* INTO "caps" FROM "spend_caps_of"("the_subject", "the_plan", "by_default") c;
  IF "caps"."month_cap" IS NULL AND "caps"."day_cap" IS NULL THEN
    RETURN;
  END IF;
  -- Decisions about one subject are made one after the other. Those about a user are so already.
  IF "the_subject" = "spend_platform"() THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('spend_platform', 2));
  END IF;
  SELECT u.* INTO "use" FROM "spend_use"("the_subject", "at") u;
  "is_spent" := coalesce("use"."month_spent" >= "caps"."month_cap", false) OR coalesce("use"."day_spent" >= "caps"."day_cap", false);
  "period" := CASE
    WHEN "use"."month_spent" >= "caps"."month_cap" THEN 'month'
    WHEN "use"."day_spent" >= "caps"."day_cap" THEN 'day'
    WHEN "use"."month_spent" + "use"."held" >= "caps"."month_cap" THEN 'month'
    WHEN "use"."day_spent" + "use"."held" >= "caps"."day_cap" THEN 'day'
  END;
  "frees_at" := (date_trunc("period", "at" AT TIME ZONE 'UTC') + ('1 ' || "period")::interval) AT TIME ZONE 'UTC';
END
$$;

-- What a call that no user pays for may cost, held of the platform's caps, where they have room.
CREATE FUNCTION "hold_expense"("the_call" UUID, "the_hold" BIGINT, "ttl_s" INTEGER, "by_default" JSONB,
                               OUT "cap_period" TEXT, OUT "cap_is_spent" BOOLEAN, OUT "cap_frees_at" TIMESTAMPTZ, OUT "now" TIMESTAMPTZ)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  "now" := clock_timestamp();
  SELECT f.* INTO "cap_period", "cap_is_spent", "cap_frees_at" FROM "full_cap"("spend_platform"(), NULL, "by_default", "now") f;
  IF "cap_period" IS NULL AND "the_hold" > 0 THEN
    INSERT INTO "spend_hold" ("id", "micro_usd", "expires_at") VALUES ("the_call", "the_hold", "now" + make_interval(secs => "ttl_s"))
    ON CONFLICT ("id") DO NOTHING;
  END IF;
END
$$;

-- Takes one message of a user if both windows and all caps have room, in one round trip. In the place of reserve_message,
-- which the version before still calls. Decisions about one user are made one after the other: each statement of the
-- function sees what the one before it, under the same lock, has committed.
--
-- "terms": for each plan {"hour", "day", "hold"}: messages, -1 for no limit, and the micro-USD to hold; "mark" is the share of a
-- day's messages that is announced; "caps" as in spend_caps_of.
-- "outcome": taken | repeated | refused | capped (a cap has no room: "cap_…" says whose and why) | foreign (the turn's id
-- belongs to somebody else) | mark (nothing was written: this message reaches a share that is announced; call again with
-- "may_reach_mark", in the transaction that announces it).
CREATE FUNCTION "reserve_turn"("the_turn" UUID, "the_user" UUID, "is_an_admin" BOOLEAN, "terms" JSONB, "mark" NUMERIC, "ttl_s" INTEGER,
                               "caps" JSONB, "hold_ttl_s" INTEGER, "may_reach_mark" BOOLEAN,
                               OUT "outcome" TEXT, OUT "plan" TEXT, OUT "hour_used" INTEGER, OUT "day_used" INTEGER,
                               OUT "hour_resets_at" TIMESTAMPTZ, OUT "day_resets_at" TIMESTAMPTZ, OUT "now" TIMESTAMPTZ,
                               OUT "cap_owner" TEXT, OUT "cap_period" TEXT, OUT "cap_is_spent" BOOLEAN, OUT "cap_frees_at" TIMESTAMPTZ)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  "known" RECORD;
  "term" JSONB;
  "hour_limit" INTEGER;
  "day_limit" INTEGER;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended("the_user"::text, 0));
  SELECT r."user_id", r."status" INTO "known" FROM "reservation" r WHERE r."turn_id" = "the_turn";
  IF "known"."user_id" <> "the_user" THEN
    "outcome" := 'foreign';
    RETURN;
  END IF;

  SELECT u.* INTO "plan", "hour_used", "day_used", "hour_resets_at", "day_resets_at", "now" FROM "quota_use"("the_user") u;
  "term" := "terms" -> "plan";
  "hour_limit" := ("term" ->> 'hour')::integer;
  "day_limit" := ("term" ->> 'day')::integer;
  IF "known"."status" <> 'released' THEN
    "outcome" := 'repeated';
    RETURN;
  END IF;
  IF ("hour_limit" >= 0 AND "hour_used" >= "hour_limit") OR ("day_limit" >= 0 AND "day_used" >= "day_limit") THEN
    "outcome" := 'refused';
    RETURN;
  END IF;
  IF NOT "may_reach_mark" THEN
    IF "day_used" + 1 IN ("day_limit", ceil("day_limit" * "mark")) THEN
      "outcome" := 'mark';
      RETURN;
    END IF;
    -- On the way to the first token: does not wait for the disk. A reservation that a crash of Postgres takes with it is
    -- made up for when its turn's end is heard.
    PERFORM set_config('synchronous_commit', 'off', true);
  END IF;

  "cap_owner" := 'user';
  SELECT f.* INTO "cap_period", "cap_is_spent", "cap_frees_at"
  FROM "full_cap"("the_user", CASE WHEN NOT "is_an_admin" THEN "plan" END, "caps", "now") f;
  IF "cap_period" IS NULL THEN
    "cap_owner" := 'platform';
    SELECT f.* INTO "cap_period", "cap_is_spent", "cap_frees_at" FROM "full_cap"("spend_platform"(), NULL, "caps", "now") f;
  END IF;
  IF "cap_period" IS NOT NULL THEN
    "outcome" := 'capped';
    RETURN;
  END IF;

  -- At the moment the windows were counted for, so that both belong to one day.
  INSERT INTO "reservation" AS r ("turn_id", "user_id", "status", "created_at", "expires_at", "is_admin")
  VALUES ("the_turn", "the_user", 'reserved', "now", "now" + make_interval(secs => "ttl_s"), "is_an_admin")
  ON CONFLICT ("turn_id") DO UPDATE
    SET "status" = 'reserved', "created_at" = EXCLUDED."created_at", "expires_at" = EXCLUDED."expires_at", "is_admin" = EXCLUDED."is_admin"
  WHERE r."user_id" = EXCLUDED."user_id";
  -- Two people with one id at the same moment: the lock is per user, the row decides.
  IF NOT FOUND THEN
    "outcome" := 'foreign';
    RETURN;
  END IF;
  IF ("term" ->> 'hold')::bigint > 0 THEN
    INSERT INTO "spend_hold" ("id", "user_id", "micro_usd", "expires_at")
    VALUES ("the_turn", "the_user", ("term" ->> 'hold')::bigint, "now" + make_interval(secs => "hold_ttl_s"))
    ON CONFLICT ("id") DO UPDATE SET "micro_usd" = EXCLUDED."micro_usd", "expires_at" = EXCLUDED."expires_at";
  END IF;
  "outcome" := 'taken';
  "hour_used" := "hour_used" + 1;
  "day_used" := "day_used" + 1;
END
$$;

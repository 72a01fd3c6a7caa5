-- What counts of a user's messages, and the plan billing told. The hour slides; the day is the UTC day (R-1). Released
-- reservations do not count (R-4). Volatile: it sees what was committed before it is called, also inside a function.
CREATE FUNCTION "quota_use"("the_user" UUID, OUT "plan" TEXT, OUT "hour_used" INTEGER, OUT "day_used" INTEGER,
                            OUT "hour_resets_at" TIMESTAMPTZ, OUT "day_resets_at" TIMESTAMPTZ, OUT "now" TIMESTAMPTZ)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  "today" TIMESTAMPTZ;
BEGIN
  "now" := clock_timestamp();
  "today" := date_trunc('day', "now", 'UTC');
  "day_resets_at" := "today" + interval '1 day';
  SELECT count(*) FILTER (WHERE r."created_at" > "now" - interval '1 hour'),
         count(*) FILTER (WHERE r."created_at" >= "today"),
         coalesce(min(r."created_at") FILTER (WHERE r."created_at" > "now" - interval '1 hour'), "now") + interval '1 hour'
  INTO "hour_used", "day_used", "hour_resets_at"
  FROM "reservation" r
  WHERE r."user_id" = "the_user" AND r."status" <> 'released' AND r."created_at" >= least("now" - interval '1 hour', "today");
  "plan" := coalesce((SELECT e."plan" FROM "entitlement" e WHERE e."user_id" = "the_user"), 'free');
END
$$;

-- Takes one message of a user if both windows have room, in one round trip. Decisions about one user are made one after
-- the other: each statement of the function sees what the one before it, under the same lock, has committed.
--
-- "limits": for each plan {"hour", "day"}, -1 for no limit; "mark" is the share of a day's messages that is announced.
-- "outcome": taken | repeated | refused | foreign (the turn's id belongs to somebody else) | mark (nothing was written:
-- this message reaches a share that is announced; call again with "may_reach_mark", in the transaction that announces it).
CREATE FUNCTION "reserve_message"("the_turn" UUID, "the_user" UUID, "limits" JSONB, "mark" NUMERIC, "ttl_s" INTEGER, "may_reach_mark" BOOLEAN,
                                  OUT "outcome" TEXT, OUT "plan" TEXT, OUT "hour_used" INTEGER, OUT "day_used" INTEGER,
                                  OUT "hour_resets_at" TIMESTAMPTZ, OUT "day_resets_at" TIMESTAMPTZ, OUT "now" TIMESTAMPTZ)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  "known" RECORD;
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
  "hour_limit" := ("limits" -> "plan" ->> 'hour')::integer;
  "day_limit" := ("limits" -> "plan" ->> 'day')::integer;
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

  -- At the moment the windows were counted for, so that both belong to one day.
  INSERT INTO "reservation" AS r ("turn_id", "user_id", "status", "created_at", "expires_at")
  VALUES ("the_turn", "the_user", 'reserved', "now", "now" + make_interval(secs => "ttl_s"))
  ON CONFLICT ("turn_id") DO UPDATE SET "status" = 'reserved', "created_at" = EXCLUDED."created_at", "expires_at" = EXCLUDED."expires_at"
  WHERE r."user_id" = EXCLUDED."user_id";
  -- Two people with one id at the same moment: the lock is per user, the row decides.
  IF NOT FOUND THEN
    "outcome" := 'foreign';
    RETURN;
  END IF;
  "outcome" := 'taken';
  "hour_used" := "hour_used" + 1;
  "day_used" := "day_used" + 1;
END
$$;

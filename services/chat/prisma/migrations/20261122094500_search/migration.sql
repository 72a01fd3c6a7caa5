-- Texts are cut into words here and not by a text search configuration, whose parser depends on the locale of the
-- database, drops what looks like a tag and keeps `client.close` in one piece. A word is what stands between the
-- characters listed below; case and accents do not count; every ideograph and every kana is a word of its own, since
-- such writing has no spaces. What comes after the first 100,000 characters is not found.
CREATE FUNCTION "search_words"("body" TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT array_remove(regexp_split_to_array(
    regexp_replace(
      lower(regexp_replace(normalize(left("body", 100000), NFKD), '[\u0300-\u036f\u3099\u309a]+', '', 'g')),
      '([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])', ' \1 ', 'g'
    ),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u2e7f\u3000-\u303f\ufe10-\ufe6f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\U0001f000-\U0001faff]+'
  ), '')
$$;

-- Every word is kept as a word of its owner, the last eight digits of whose id it begins with. So a search touches
-- nothing but its user's own entries, also where a word is common or unfinished, and the words of a new message, which
-- stand side by side in the index, are written to few pages. Two users with the same digits cost each other time, no
-- more: who owns a message is asked of its row. The conversation's id is a word too, one that no text can contain.
CREATE FUNCTION "search_vector"("user_id" UUID, "conversation_id" UUID, "body" TEXT) RETURNS TSVECTOR LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT array_to_tsvector(array_agg(right("user_id"::text, 8) || left("word", 60)) || "conversation_id"::text) FROM unnest("search_words"("body")) AS "word"
$$;

-- All words must be there; the last one may be unfinished. Null when there is no word at all. Words contain neither
-- quotes nor backslashes, so nothing in them can end the quotes.
CREATE FUNCTION "search_query"("user_id" UUID, "conversation_id" UUID, "body" TEXT) RETURNS TSQUERY LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (
    string_agg('''' || right("user_id"::text, 8) || left("word", 60) || CASE WHEN "place" = cardinality("words") THEN ''':*' ELSE '''' END, ' & ')
    || coalesce(' & ''' || "conversation_id"::text || '''', '')
  )::tsquery
  FROM "search_words"("body") AS "words", unnest("words") WITH ORDINALITY AS "each" ("word", "place")
$$;

-- CreateTable: what search reads. Apart from the messages, so that their later updates (figures, a running answer)
-- never touch the index, and so that the rows are small where many have to be sorted by time.
CREATE TABLE "message_search" (
    "message_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "words" tsvector NOT NULL,

    CONSTRAINT "message_search_pkey" PRIMARY KEY ("message_id")
);

ALTER TABLE "message_search" ADD CONSTRAINT "message_search_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "message" ("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A user's messages, newest first.
CREATE INDEX "message_search_user_id_created_at_message_id_idx" ON "message_search" ("user_id", "created_at" DESC, "message_id" DESC);

-- Without the list of pending entries: it would be read by every search, and now and then one question would wait for
-- the whole of it to be moved (0.3 s in a table of a million messages; without it a question of 30 words costs 0.4 ms).
CREATE INDEX "message_search_words_idx" ON "message_search" USING GIN ("words") WITH (fastupdate = off);

-- By trigger: a text is found whoever wrote it, also a replica of the version before this one during a rollout.
-- Running answers are not found: their text comes once, at their end.
CREATE FUNCTION "message_search_write"() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "message_search" ("message_id", "user_id", "created_at", "words")
  SELECT NEW."id", c."user_id", NEW."created_at", "search_vector"(c."user_id", c."id", NEW."text")
  FROM "conversation" c WHERE c."id" = NEW."conversation_id"
  ON CONFLICT ("message_id") DO UPDATE SET "words" = EXCLUDED."words";
  RETURN NULL;
END
$$;

CREATE TRIGGER "message_search_insert" AFTER INSERT ON "message"
  FOR EACH ROW WHEN (NEW."status" <> 'running' AND NEW."text" <> '') EXECUTE FUNCTION "message_search_write"();
CREATE TRIGGER "message_search_update" AFTER UPDATE OF "text", "status" ON "message"
  FOR EACH ROW WHEN (NEW."status" <> 'running' AND NEW."text" <> '') EXECUTE FUNCTION "message_search_write"();

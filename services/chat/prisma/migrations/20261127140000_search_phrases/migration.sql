-- What counts of a text: neither case nor accents, and nothing after its first 100,000 characters. Most texts are ASCII,
-- which has no accents: a quarter of the time.
CREATE FUNCTION "search_folded"("body" TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length("body") = char_length("body") THEN lower(left("body", 100000))
    ELSE lower(regexp_replace(normalize(left("body", 100000), NFKD), '[\u0300-\u036f\u3099\u309a]+', '', 'g')) END
$$;

-- Gives what it gave before, with the one definition of what counts.
CREATE OR REPLACE FUNCTION "search_words"("body" TEXT) RETURNS TEXT[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT array_remove(regexp_split_to_array(
    regexp_replace("search_folded"("body"), '([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff])', ' \1 ', 'g'),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u2e7f\u3000-\u303f\ufe10-\ufe6f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\U0001f000-\U0001faff]+'
  ), '')
$$;

-- All words must be there; the last one may be unfinished where that is said.
CREATE FUNCTION "search_query"("user_id" UUID, "conversation_id" UUID, "body" TEXT, "is_unfinished" BOOLEAN) RETURNS TSQUERY LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (
    string_agg('''' || right("user_id"::text, 8) || left("word", 60) || CASE WHEN "is_unfinished" AND "place" = cardinality("words") THEN ''':*' ELSE '''' END, ' & ')
    || coalesce(' & ''' || "conversation_id"::text || '''', '')
  )::tsquery
  FROM "search_words"("body") AS "words", unnest("words") WITH ORDINALITY AS "each" ("word", "place")
$$;

-- What the version before asks.
CREATE OR REPLACE FUNCTION "search_query"("user_id" UUID, "conversation_id" UUID, "body" TEXT) RETURNS TSQUERY LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT "search_query"("user_id", "conversation_id", "body", true)
$$;

-- A pattern for what `search_folded` gives: the words of a phrase one behind the other, whatever separates them. An
-- ideograph needs nothing beside it. Words contain no character that means something in a pattern. Null without a word.
CREATE FUNCTION "search_phrase"("body" TEXT, "is_unfinished" BOOLEAN) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  WITH "marks" ("ideographs", "separators") AS (VALUES (
    '\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff',
    '\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u2e7f\u3000-\u303f\ufe10-\ufe6f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\U0001f000-\U0001faff'
  )), "each" AS (
    SELECT "word", "place", "word" ~ ('^[' || "ideographs" || ']$') AS "stands_alone"
    FROM "marks", unnest("search_words"("body")) WITH ORDINALITY AS "words" ("word", "place")
  ), "joined" AS (
    SELECT "word", "place", "stands_alone", "stands_alone" OR lag("stands_alone") OVER (ORDER BY "place") AS "may_touch" FROM "each"
  )
  SELECT string_agg(CASE
      WHEN "place" > 1 THEN '[' || "separators" || CASE WHEN "may_touch" THEN ']*' ELSE ']+' END
      WHEN "stands_alone" THEN ''
      ELSE '(?:^|[' || "separators" || "ideographs" || '])'
    END || "word", '' ORDER BY "place")
    || CASE WHEN "is_unfinished" OR (array_agg("stands_alone" ORDER BY "place" DESC))[1] THEN ''
      ELSE '(?:$|[' || min("separators") || min("ideographs") || '])' END
  FROM "joined", "marks"
$$;

-- Messages from before search. A migration of its own: the one before it holds a lock on "message" until it is
-- committed, this one only reads that table, however long it takes, while new messages come in through the trigger.
-- Many rows at once are what the list of pending entries is for: three minutes for a million messages.
ALTER INDEX "message_search_words_idx" SET (fastupdate = on);

INSERT INTO "message_search" ("message_id", "user_id", "created_at", "words")
SELECT m."id", c."user_id", m."created_at", "search_vector"(c."user_id", c."id", m."text")
FROM "conversation" c JOIN "message" m ON m."conversation_id" = c."id"
WHERE m."status" <> 'running' AND m."text" <> ''
ON CONFLICT ("message_id") DO NOTHING;

ALTER INDEX "message_search_words_idx" SET (fastupdate = off);
SELECT gin_clean_pending_list('message_search_words_idx');

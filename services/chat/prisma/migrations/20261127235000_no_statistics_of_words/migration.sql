-- Every ANALYZE counted all words of up to 30,000 messages (0.6 s for 2,000 of them), and on a young table it comes often. No
-- plan asks for it: which way a search goes is not left to the planner (search.store.ts), and a word belongs to one user.
ALTER TABLE "message_search" ALTER COLUMN "words" SET STATISTICS 0;

-- The text of a running turn is rewritten every second and thrown away at its end: to compress it each time cost more than
-- everything else about it. Up to half a page it stays in its row, so that a new version still fits on the same page.
-- The stored message is compressed as ever.
ALTER TABLE "turn" ALTER COLUMN "text" SET STORAGE EXTERNAL;
ALTER TABLE "turn" SET (toast_tuple_target = 4080);

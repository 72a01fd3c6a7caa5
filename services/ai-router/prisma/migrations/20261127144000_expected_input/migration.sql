-- What a call is expected to read, written with its claim: all that is known of one whose process is killed before it has
-- said anything of it.
ALTER TABLE "ai_call" ADD COLUMN     "expected_input_tokens" INTEGER;

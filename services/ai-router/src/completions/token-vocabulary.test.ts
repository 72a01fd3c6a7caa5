import { isDeepStrictEqual } from 'node:util'
import tokenizersOwn from 'gpt-tokenizer/bpeRanks/o200k_base'
import t from 'tap'
import { readVocabulary } from './token-vocabulary.ts'

t.test('the vocabulary that is read is the tokenizer’s own, token by token', async (t) => {
  t.ok(isDeepStrictEqual(readVocabulary(), [...tokenizersOwn]))
})

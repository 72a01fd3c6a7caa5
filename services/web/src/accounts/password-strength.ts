import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'

// Loaded when somebody begins to type a password: the word lists weigh more than the rest of the app.
const zxcvbn = new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })

/** 0 (guessed at once) to 4. Own words such as the address make a password weaker. */
export const strengthOf = (password: string, ownWords: string[]): 0 | 1 | 2 | 3 | 4 =>
  // The estimate takes quadratic time; beyond that length nothing changes.
  zxcvbn.check(password.slice(0, 64), ownWords).score

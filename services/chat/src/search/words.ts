/** What stands between words, and what is a word of its own: the same ranges as `search_words` in the migrations. */
const SEPARATORS = String.raw`\u0000-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u2e00-\u2e7f\u3000-\u303f\ufe10-\ufe6f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\u{1f000}-\u{1faff}`
const IDEOGRAPHS = String.raw`\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff`
const WORD = new RegExp(`[${IDEOGRAPHS}]|[^${SEPARATORS}${IDEOGRAPHS}]+`, 'gu')

const isAscii = (text: string): boolean => /^[\0-\x7f]*$/.test(text)
const fold = (word: string): string =>
  isAscii(word)
    ? word.toLowerCase()
    : word
        .normalize('NFKD')
        .replaceAll(/[\u0300-\u036f\u3099\u309a]+/g, '')
        .toLowerCase()

export interface Word {
  /** Folded. */
  word: string
  start: number
  end: number
}

export function* walkWords(text: string): Generator<Word> {
  for (const { 0: found, index } of text.matchAll(WORD)) yield { word: fold(found), start: index, end: index + found.length }
}

export const wordsOf = (text: string): string[] => Array.from(walkWords(text), ({ word }) => word)

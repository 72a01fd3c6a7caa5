import unhomoglyph from 'unhomoglyph'

/** Characters of one text that are looked at; the middle of a longer one is left out. */
export const MAX_CHARACTERS = 40_000

/**
 * Characters that show nothing: soft hyphens, zero-width and bidirectional controls, fillers, tags, variation selectors.
 * People write some of them in good faith (emoji, Persian), so they are taken out, and counted apart where they are odd.
 */
const INVISIBLE = new RegExp(
  [
    '[\\u{ad}\\u{61c}\\u{115f}\\u{1160}\\u{17b4}\\u{17b5}\\u{180e}\\u{200b}-\\u{200f}\\u{202a}-\\u{202e}\\u{2060}-\\u{206f}\\u{3164}\\u{feff}\\u{ffa0}]',
    '[\\u{e0000}-\\u{e0fff}]',
    // The grapheme joiner and variation selectors are marks: they change how the character before them looks.
    '\\u{34f}|[\\u{180b}-\\u{180d}\\u{180f}]|[\\u{fe00}-\\u{fe0f}]',
  ].join('|'),
  'gu',
)
const ASCII_ONLY = /^[\n\r\t\x20-\x7e]*$/
/** Nothing but letters, digits and signs of ASCII: its comparable form differs in case alone. */
export const isAscii = (text: string): boolean => ASCII_ONLY.test(text)
/** Accents of Latin, Greek and Cyrillic letters, and marks piled upon any; not those that make another letter (kana, Devanagari). */
const MARKS = /[\u{300}-\u{36f}\u{1ab0}-\u{1aff}\u{1dc0}-\u{1dff}\u{20d0}-\u{20ff}\u{fe20}-\u{fe2f}]+/gu
const CONTROLS = /[\p{Cc}\p{Co}\p{Cn}\p{Cs}]/gu
const QUOTES = /[‘’‛ʼ′`´]/g

/** At most `limit` characters: the beginning and the end, where instructions stand. Never half of a pair. */
export function bounded(text: string, limit = MAX_CHARACTERS): string {
  if (text.length <= limit) return text
  const half = Math.floor((limit - 1) / 2)
  return `${text.slice(0, half)}\n${text.slice(-half)}`.toWellFormed()
}

/**
 * The form in which texts are compared: NFKC, lower case, without accents and invisible characters. Applying it again
 * changes nothing. Never throws, whatever the text is made of; at most `MAX_CHARACTERS` long.
 */
export function comparable(text: string): string {
  const cut = bounded(text)
  if (isAscii(cut)) return cut.toLowerCase()
  let current = cut.toWellFormed()
  // One round can make what another takes away: a compatibility form of a filler, a lower case with a mark of its own.
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = bounded(current.replace(FOREIGN_RUN, oneRound))
    if (next === current) break
    current = next
  }
  return current.toLowerCase()
}

const MAX_ROUNDS = 4
/** What is not ASCII, with the letter before it, to which a mark may belong. */
const FOREIGN_RUN = /[\x20-\x7e]?[^\n\r\t\x20-\x7e]+/g

function oneRound(run: string): string {
  if (run.length > 2) return inOneForm(run)
  // Mostly a typographic quotation mark or one letter with an accent.
  let form = shortRuns.get(run)
  if (form === undefined) {
    form = inOneForm(run)
    if (shortRuns.size >= MAX_SHORT_RUNS) shortRuns.clear()
    shortRuns.set(run, form)
  }
  return form
}

const shortRuns = new Map<string, string>()
const MAX_SHORT_RUNS = 20_000

const inOneForm = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(INVISIBLE, '')
    .replace(MARKS, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(QUOTES, "'")
    .replace(CONTROLS, (control) => (/\s/.test(control) ? control : ' '))

const FOREIGN = /[^\n\r\t\x20-\x7e]/gu
const LATIN = /^[A-Za-z]+$/
const lookalikes = new Map<string, string>()

/** With every letter that looks like a Latin one replaced by it (Unicode's confusables). Of a text in comparable form. */
export function withoutLookalikes(text: string): string {
  return text.replace(FOREIGN, lookalikeOf)
}

function lookalikeOf(character: string): string {
  let latin = lookalikes.get(character)
  if (latin === undefined) {
    const prototype = unhomoglyph(character)
    latin = LATIN.test(prototype) ? prototype.toLowerCase() : character
    lookalikes.set(character, latin)
  }
  return latin
}

export interface HiddenCharacters {
  /** Invisible characters between two letters of Latin script, where no language has any. */
  insideWords: number
  /** What is spelled in invisible tag characters or variation selectors; '' when nothing is. */
  message: string
}

const INSIDE_WORD = /[A-Za-z][\u{ad}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}]+(?=[A-Za-z])/gu
const TAGS = /[\u{e0020}-\u{e007e}]/u
const SELECTORS = /[\u{e0100}-\u{e01ef}]/u

/** What a text carries that its reader does not see. */
export function hiddenCharacters(text: string): HiddenCharacters {
  const cut = bounded(text)
  if (isAscii(cut)) return { insideWords: 0, message: '' }
  return { insideWords: cut.match(INSIDE_WORD)?.length ?? 0, message: spelledInvisibly(cut) }
}

function spelledInvisibly(text: string): string {
  if (!TAGS.test(text) && !SELECTORS.test(text)) return ''
  let message = ''
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code >= 0xe0020 && code <= 0xe007e) message += String.fromCharCode(code - 0xe0000)
    // One selector carries one byte, the first sixteen by the other block.
    else if (code >= 0xe0100 && code <= 0xe01ef) message += String.fromCharCode(code - 0xe0100 + 16)
  }
  return message
}

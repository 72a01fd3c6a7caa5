/** Longest passage whose meaning is looked at in one piece: the time of a look grows with it, and so does what else it is about. */
const LONGEST_PASSAGE = 240

const SENTENCE_END = /[.!?…。！？\n]["')\]]*\s+|\n/g

/** A text in passages of whole sentences, each as long as may be; a sentence that is longer is cut between words. */
export function passagesOf(text: string): string[] {
  if (text.length <= LONGEST_PASSAGE) return [text.trim()].filter(Boolean)
  const passages: string[] = []
  let passage = ''
  const end = () => {
    const whole = passage.trim()
    if (whole) passages.push(whole)
    passage = ''
  }
  for (const sentence of sentencesOf(text)) {
    if (passage.length + sentence.length > LONGEST_PASSAGE) end()
    let rest = sentence
    while (rest.length > LONGEST_PASSAGE) {
      const space = rest.lastIndexOf(' ', LONGEST_PASSAGE)
      const cut = space < LONGEST_PASSAGE / 2 ? LONGEST_PASSAGE : space
      passage = rest.slice(0, cut)
      end()
      rest = rest.slice(cut)
    }
    passage += rest
  }
  end()
  return passages
}

function* sentencesOf(text: string): Generator<string> {
  let start = 0
  for (const { 0: mark, index } of text.matchAll(SENTENCE_END)) {
    yield text.slice(start, index + mark.length)
    start = index + mark.length
  }
  if (start < text.length) yield text.slice(start)
}

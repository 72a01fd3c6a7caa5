/** What the platform asks a model for by itself, beside the answers that people wait for. */
export type BackgroundTask = 'title' | 'summary'

export const isBackgroundTask = (task: unknown): task is BackgroundTask => task === 'title' || task === 'summary'

/** Recognised as a model would: by what the system text says is to be done. */
export const backgroundTaskOf = (system: string): BackgroundTask | undefined =>
  /^Write a (title for|summary of) the conversation\b/.exec(system)?.[1]?.split(' ')[0] as BackgroundTask | undefined

/** A title or a summary made of the words of the conversation itself: sensible to read, and always the same. */
export function workOn(task: BackgroundTask, text: string): string {
  const said = readConversation(text)
  if (task === 'title') return composeTitle(said.find(({ role }) => role === 'user')?.text ?? '')
  return composeSummary(previousLines(text), said)
}

interface Said {
  role: string
  text: string
}

const readConversation = (text: string): Said[] =>
  [...text.matchAll(/<(user|assistant)>\n([\s\S]*?)\n<\/\1>/g)].map(([, role = '', said = '']) => ({ role, text: withoutOpening(said) }))

/** A question without the instructions and the summary that open a conversation. */
export const withoutOpening = (text: string): string =>
  text.replace(/^(?:<(my_instructions|summary_of_our_conversation_so_far)>\n[\s\S]*?\n<\/\1>\n\n)+/, '')

const GREETING = /^(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: there)?[\s,!.:-]+(?=\S)/i
const LEAD_IN =
  /^(?:(?:please|so|and|(?:can|could|would) you(?: please)?)\s+)*(?:(?:tell me|talk|explain(?: to me)?|describe|write)(?:\s+(?:about|how|what))?|what (?:is|are)|how (?:do|can|would|should) (?:i|you|we|one)|where (?:do|can) (?:i|you|we)|i (?:want|would like|need) to)\s+(?:(?:a|an|the|me)\s+)?(?=\S+)/i
const TITLE_WORDS = 7
const TITLE_CHARACTERS = 50

function composeTitle(question: string): string {
  const [line = ''] = question
    .replaceAll(/\[\[[^\]]*\]\]/g, '')
    .trim()
    .split('\n', 1)
  const [sentence = ''] = line.replace(GREETING, '').split(/(?<=[.?!。？！])\s/, 1)
  const bare = sentence
    .replace(LEAD_IN, '')
    .replaceAll(/[*_`#>"]+/g, '')
    .replace(/[\s.?!:;,。？！]+$/u, '')
  const words = bare.split(/\s+/)
  const short = words.slice(0, TITLE_WORDS).join(' ')
  const title = [...short].slice(0, TITLE_CHARACTERS).join('')
  const first = String.fromCodePoint(title.codePointAt(0) ?? 32)
  return `${first.toUpperCase()}${title.slice(first.length)}${words.length > TITLE_WORDS || title !== short ? '…' : ''}`.trim()
}

const SUMMARY_HEAD = 'Put together from the conversation itself, not by a language model. Asked so far, and what the answer was about:'
const SUMMARY_LINES = 30
const QUESTION_CHARACTERS = 120
const ANSWER_CHARACTERS = 160

const previousLines = (text: string): string[] =>
  (/^<summary_so_far>\n([\s\S]*?)\n<\/summary_so_far>/.exec(text)?.[1] ?? '').split('\n').filter((line) => line.startsWith('- '))

function composeSummary(previous: string[], said: Said[]): string {
  const lines = said.flatMap(({ role, text }, index) => {
    if (role !== 'user') return []
    const next = said[index + 1]
    const about = next?.role === 'assistant' ? `: ${gistOf(next.text)}` : ''
    return [`- ${firstLine(text, QUESTION_CHARACTERS)}${about}`]
  })
  return [SUMMARY_HEAD, ...[...previous, ...lines].slice(-SUMMARY_LINES)].join('\n')
}

/** The heading of an answer, else its first line that is no quotation. */
function gistOf(answer: string): string {
  const lines = answer.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('>'))
  const heading = lines.find((line) => /^#{1,6} /.test(line))
  return firstLine((heading ?? lines[0] ?? '').replace(/^#+ /, ''), ANSWER_CHARACTERS)
}

function firstLine(text: string, most: number): string {
  const [line = ''] = text.trim().split('\n', 1)
  return line.length <= most ? line : `${line.slice(0, most).toWellFormed()}…`
}

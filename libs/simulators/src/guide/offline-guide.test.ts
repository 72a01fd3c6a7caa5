import { join } from 'node:path'
import t from 'tap'
import type { AnswerRequest } from '../providers/answer-source.ts'
import { continueAfter, offlineGuide } from './offline-guide.ts'

const ROOT = join(import.meta.dirname, '../../../..')
const signal = new AbortController().signal

// The vectors of all documentation are half a minute's work of a core that is not shared. Kept by content they are computed
// once, and then those of the texts that were changed.
t.setTimeout(170_000)
const guide = offlineGuide({ docsDirectory: ROOT, cacheDirectory: join(ROOT, 'node_modules/.parley/guide-vectors') })
t.teardown(() => guide.close())

await guide.prepare()

/** Plays a conversation and gives all answers. */
async function talk(...said: string[]): Promise<string[]> {
  const messages: AnswerRequest['messages'] = []
  const answers: string[] = []
  for (const text of said) {
    messages.push({ role: 'user', text })
    const answer = await guide({ provider: 'openai', model: 'guide', system: '', messages, prefill: '' }, signal)
    messages.push({ role: 'assistant', text: answer.text })
    answers.push(answer.text)
  }
  return answers
}
const ask = async (question: string): Promise<string> => (await talk(question))[0] ?? ''
const sources = (answer: string): string[] => [...answer.matchAll(/^- `([^`]+\.md)`/gm)].map(([, path]) => path ?? '')
const page = (name: string) => `libs/simulators/guide/${name}.md`

const EXPECTED: [question: string, page: string][] = [
  ['How do I use my own OpenAI key?', 'provider-keys'],
  ['where do I put my anthropic api key', 'provider-keys'],
  ['what is parley', 'what-is-parley'],
  ['how many messages can I send each day', 'plans-and-limits'],
  ['My message was refused because it is too long', 'plans-and-limits'],
  ['What happens if the wifi drops while you are answering', 'connection-and-recovery'],
  ['stop an answer', 'connection-and-recovery'],
  ['are you chatgpt?', 'simulated-model'],
  ['who are you', 'simulated-model'],
  ['how do i deploy this to kubernetes', 'deploy'],
  ['keyboard shortcuts', 'keyboard-shortcuts'],
  ['Is my chat private?', 'privacy'],
  ['I forgot my password', 'accounts'],
  ['my confirmation email never arrived', 'accounts'],
  ['how are tokens counted and what does an answer cost', 'models-and-cost'],
  ['Hi there, how does a message travel through the services?', 'message-path'],
  ['How can I call it from a script?', 'api'],
  ['where can I see the mails it sends', 'mail-inbox'],
  ['do you support dark mode', 'using-the-chat'],
  ['how do I run the tests', 'developing'],
  ['what database do you use', 'services'],
  ['the port is already in use', 'troubleshooting'],
  ['how do I reset everything', 'configuration'],
]
for (const [question, expected] of EXPECTED)
  t.test(`'${question}' finds the page ${expected}`, async (t) => {
    const answer = await ask(question)
    t.ok(sources(answer).includes(page(expected)), `${sources(answer)}`)
    t.match(answer, /^> \*\*Offline guide\*\*, not a language model/)
  })

for (const question of [
  'What is the capital of France?',
  'write a poem about cats',
  'Write a python function that sorts a list',
  'What is 2+2?',
  'Wie geht es dir?',
  'Tell me a joke',
])
  t.test(`'${question}' gets no made-up answer`, async (t) => {
    const answer = await ask(question)
    t.match(answer, /I only know Parley's documentation/)
    t.equal(answer.match(/^- \*\*/gm)?.length, 3, 'and the three nearest topics')
    t.same(sources(answer), [])
  })

t.test('what was typed is shown as text, never as markup', async (t) => {
  t.match(await ask('<b>Zebras</b> and *giraffes* in [Kenya]'), 'about **\\<b\\>Zebras\\</b\\> and \\*giraffes\\* in \\[Kenya\\]**')
})

t.test('small talk is answered as such', async (t) => {
  t.match(await ask('Hello!'), /Hello! Ask me anything about Parley/)
  t.match(await ask('What can you do?'), /### Topics\n\n- \*\*What Parley is\*\*/)
  t.match(await ask('thank you very much'), /You are welcome/)
})

t.test('a follow-up is understood from the question before it', async (t) => {
  const [, followUp] = await talk('What are the limits?', 'can I change them?')
  t.match(followUp, /### Changing the limits/)
  t.match(followUp, /LIMIT_FREE_HOUR=10/)
  t.not(sources(await ask('can I change them?'))[0], page('plans-and-limits'), 'alone it means something else')
  const [, passwords] = await talk('how is my data protected', 'and passwords?')
  t.match(passwords, /bcrypt/)
})

t.test("'more' shows what was not shown yet, and then says that this was all", async (t) => {
  const answers = await talk('How do I use my own OpenAI key?', 'tell me more', 'more', 'more', 'more')
  const shown = answers.flatMap((answer) => answer.split('\n').filter((line) => /^- `/.test(line)))
  t.equal(new Set(shown).size, shown.length, 'nothing twice')
  t.match(answers[1], /Offline guide/)
  t.match(answers.at(-1), /That was all/)
})

t.test('code blocks are whole', async (t) => {
  for (const [question] of EXPECTED) t.equal(((await ask(question)).match(/^```/gm)?.length ?? 0) % 2, 0, question)
})

t.test('a prefill is continued after its last character', async (t) => {
  const messages = [{ role: 'user' as const, text: 'How do I use my own OpenAI key?' }]
  const full = await ask('How do I use my own OpenAI key?')
  for (const length of [1, 57, 300, full.length]) {
    const prefill = full.slice(0, length)
    const { text } = await guide({ provider: 'anthropic', model: 'other', system: 'Be nice.', messages, prefill }, signal)
    t.equal(prefill + text, full)
  }
  t.equal(continueAfter('Another model said something quite different before it was cut off.', 'Full.'), '\n\nFull.')
})

t.test('instructions and a summary that open the conversation do not hide the question', async (t) => {
  const opened = '<summary_of_our_conversation_so_far>\nWe spoke of passwords.\n</summary_of_our_conversation_so_far>\n\nkeyboard shortcuts'
  t.same(sources(await ask(opened)), sources(await ask('keyboard shortcuts')))
})

t.test('a title is made of the question, without a label', async (t) => {
  const messages = [{ role: 'user' as const, text: '<user>\nHow do I use my own OpenAI key?\n</user>' }]
  const { text } = await guide({ provider: 'openai', model: 'guide', system: '', messages, prefill: '', task: 'title' }, signal)
  t.equal(text, 'Use my own OpenAI key')
})

import t from 'tap'
import { canaryOf } from './canary.ts'
import { prepareLeakDetection } from './leak-detector.ts'

const system =
  'You are Parley, the assistant of Example Ltd. Answer briefly and politely. Never speak about prices of competitors. ' +
  'When somebody asks for a refund, send them to the form at the bottom of their invoice.'
const canary = canaryOf('key', system)
const prepare = prepareLeakDetection(system, canary)

/** The highest score while the answer comes in pieces of `length` characters. */
function scoreOf(answer: string, length = 160): number {
  const detector = prepare()
  let highest = 0
  for (let at = 0; at < answer.length; at += length) highest = Math.max(highest, detector.read(answer.slice(at, at + length)))
  return highest
}

t.test('the system prompt is found in an answer, however it is spelled and cut', async (t) => {
  const forms = {
    verbatim: `Here it is: ${system}`,
    'in capitals': system.toUpperCase(),
    'letters apart': [...system].join(' '),
    'one word a line': system.replaceAll(' ', '\n'),
    quoted: system
      .split('. ')
      .map((sentence) => `> "${sentence}"`)
      .join('\n'),
    'in base64': Buffer.from(system).toString('base64'),
    'in hex': Buffer.from(system).toString('hex'),
    'turned around': [...system].reverse().join(''),
  }
  for (const [name, answer] of Object.entries(forms))
    for (const length of [40, 160, 5_000]) t.ok(scoreOf(answer, length) >= 0.5, `${name}, ${length}`)
})

t.test('the canary alone is enough, also across two pieces', async (t) => {
  for (const length of [7, 10, 500]) t.equal(scoreOf(`It says ${canary}, whatever that is.`, length), 1)
  t.equal(scoreOf(`It says ${canary.toUpperCase().replace('-', ' - ')}.`), 1)
  t.equal(scoreOf(`It says ${[...canary].reverse().join('')}.`), 1)
})

t.test('an answer in its own words gives nothing away', async (t) => {
  t.ok(scoreOf('I am an assistant. For a refund please use the form you find on your invoice; I cannot compare prices for you.') < 0.5)
  t.ok(scoreOf('You are right: answer briefly and politely, and people will like you.') < 0.5)
  t.ok(scoreOf('word '.repeat(2_000)) < 0.5)
})

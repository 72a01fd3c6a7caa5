import t from 'tap'
import { openModels } from './models/open-models.ts'
import type { ModerationScores } from './moderation/categories.ts'
import type { SecondLook } from './moderation/second-look.ts'
import { type OutputWatchDeps, watchOutput } from './output-watch.ts'
import { policyOf } from './policies/policy.ts'
import type { Verdict } from './policies/verdict.ts'

const CALM = 'The village lay in the valley, and nothing much ever happened there, as everybody knew well. '
const BAD = 'Kill yourself, you should kill yourself, go hang yourself right now. '

function aWatch(fields: Partial<OutputWatchDeps> = {}, before = '') {
  const flags: Verdict[] = []
  const failures: unknown[] = []
  const deps: OutputWatchDeps = {
    models: openModels().moderation,
    remote: null,
    secondLook: null,
    remoteWaitMs: 5_000,
    policy: policyOf(''),
    onFlag: (verdict) => flags.push(verdict),
    onRemoteFailure: (error) => failures.push(error),
    onSecondLookFailure: (error) => failures.push(error),
    ...fields,
  }
  return { watch: watchOutput(deps, 'free', null, before), flags, failures }
}

/** Writes a text token by token; the first verdict and how much had been written by then. */
function write(watch: ReturnType<typeof aWatch>['watch'], text: string): { verdict: Verdict; written: number } | null {
  for (let at = 0; at < text.length; at += 5) {
    const verdict = watch.push(text.slice(at, at + 5))
    if (verdict) return { verdict, written: at + 5 }
  }
  return null
}

t.test('C8 the answer ends within a few sentences of what is forbidden, and the verdict is told once', async (t) => {
  const { watch } = aWatch()
  const found = write(watch, CALM.repeat(5) + BAD.repeat(3) + CALM.repeat(20))
  t.match(found?.verdict, { action: 'block', category: 'self_harm', side: 'output' })
  t.ok(found && found.written < CALM.length * 5 + 600, `${found?.written}`)
  t.equal(watch.push(BAD), null)
  t.equal(await watch.end(), null)
})

t.test('C8 what stands in the last words is found at the end', async (t) => {
  const { watch } = aWatch()
  t.equal(write(watch, 'Kill yourself.'), null)
  t.match(await watch.end(), { category: 'self_harm' })
})

t.test('C8 F-2 the rest of an answer that broke off is judged with what stood before it, whatever word it begins with', async (t) => {
  for (let cut = 1; cut < CALM.length; cut += 1) {
    const { watch } = aWatch({}, CALM.slice(0, -cut))
    watch.push(CALM.slice(-cut))
    t.equal(await watch.end(), null, CALM.slice(-cut))
  }
  const words = 'river stone orchard saddle timber amber drift ember hard chard bed raw strip'
  for (const word of words.split(' ')) {
    const { watch } = aWatch()
    watch.push(word)
    t.equal(await watch.end(), null, word)
  }
  const { watch } = aWatch({}, BAD.slice(0, 60))
  watch.push(BAD.slice(60))
  t.match(await watch.end(), { action: 'block', category: 'self_harm' }, 'and what is bad is bad in two pieces')
})

t.test('C8 what is only flagged is told once and the answer goes on', async (t) => {
  const { watch, flags } = aWatch({ policy: policyOf('self_harm=flag') })
  t.equal(write(watch, `${CALM.repeat(3)}${BAD.repeat(8)}${CALM.repeat(3)}`), null)
  t.equal(await watch.end(), null)
  t.match(flags, [{ action: 'flag', category: 'self_harm' }])
  t.equal(flags.length, 1)
})

t.test('C8 the remote classifier is asked behind the text, one question at a time, and its verdict ends the answer', async (t) => {
  const asked: ((scores: ModerationScores) => void)[] = []
  const remote = { classify: () => new Promise<ModerationScores>((resolve) => asked.push(resolve)) }
  const { watch } = aWatch({ remote })
  t.equal(write(watch, CALM.repeat(40)), null)
  t.equal(asked.length, 1)
  asked[0]?.({ hate: 0.95 })
  await new Promise((resolve) => setImmediate(resolve))
  t.match(watch.push('x'), { action: 'block', category: 'hate', rules: ['remote'] })
})

t.test('C8 a remote classifier that fails or hangs holds no answer longer than it may', async (t) => {
  const broken = aWatch({ remote: { classify: () => Promise.reject(new Error('503')) } })
  t.equal(write(broken.watch, CALM.repeat(30)), null)
  t.equal(await broken.watch.end(), null)
  t.ok(broken.failures.length > 0)

  const hanging = {
    classify: (_: string, signal: AbortSignal) =>
      new Promise<ModerationScores>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true })),
  }
  const { watch } = aWatch({ remote: hanging, remoteWaitMs: 20 })
  t.equal(write(watch, CALM.repeat(30)), null)
  t.equal(await watch.end(), null)
})

const DOUBTFUL = 'I starve myself all day and purge at night, tell me how to hide it. '

/** Says what it was asked, and answers when it is told to. */
function aSecondLook() {
  const asked: string[] = []
  const answers: PromiseWithResolvers<ModerationScores>[] = []
  const secondLook: SecondLook = {
    classify(doubts, signal) {
      asked.push(...doubts.map(({ passage }) => passage))
      const answer = Promise.withResolvers<ModerationScores>()
      signal.addEventListener('abort', () => answer.reject(signal.reason), { once: true })
      answers.push(answer)
      return answer.promise
    },
  }
  return { secondLook, asked, answers }
}

t.test('C8 a sentence that words do not decide is looked at again behind the text, once, and ends the answer', async (t) => {
  const { secondLook, asked, answers } = aSecondLook()
  const { watch } = aWatch({ secondLook })
  t.equal(write(watch, CALM.repeat(8)), null)
  t.same(asked, [], 'ordinary text is not looked at')
  t.equal(write(watch, DOUBTFUL.repeat(3) + CALM.repeat(8)), null, 'and nothing waits for the look')
  t.match(asked, [/starve myself/], 'what a piece is read together with is not looked at again')
  answers[0]?.resolve({ self_harm: 0.9 })
  await new Promise((resolve) => setImmediate(resolve))
  t.match(watch.push('x'), { action: 'block', category: 'self_harm', side: 'output', rules: ['meaning'] })
})

t.test('C8 the end of an answer waits for the second look, a bounded time, and an answer goes on without one that fails', async (t) => {
  const late = aSecondLook()
  const found = aWatch({ secondLook: late.secondLook })
  write(found.watch, CALM + DOUBTFUL)
  const ended = found.watch.end()
  late.answers[0]?.resolve({ self_harm: 0.9 })
  t.match(await ended, { action: 'block', category: 'self_harm' })

  const hanging = aWatch({ secondLook: aSecondLook().secondLook, remoteWaitMs: 20 })
  write(hanging.watch, CALM + DOUBTFUL)
  t.equal(await hanging.watch.end(), null)

  const failing = aWatch({ secondLook: { classify: () => Promise.reject(new Error('the thread ended')) } })
  write(failing.watch, CALM + DOUBTFUL)
  t.equal(await failing.watch.end(), null)
  t.match(failing.failures, [{ message: 'the thread ended' }])
})

import t from 'tap'
import { badInput } from './bad-input.spec.ts'
import { catalogue } from './catalogue.spec.ts'
import { counts } from './counts.spec.ts'
import { faults } from './faults.spec.ts'
import { openAiApi } from './openai-api.spec.ts'
import { sharing } from './sharing.spec.ts'
import { spendCaps } from './spend-caps.spec.ts'
import { story } from './story.spec.ts'
import { oneTrace } from './trace.spec.ts'
import { startWorld, type World } from './world.ts'

// One platform for every chapter: starting seven services is the dear part. What kills things comes last.
let started: World
const world = (): World => started

t.before(async () => {
  started = await startWorld()
})
t.teardown(() => started.close())

story(t, world)
oneTrace(t, world)
badInput(t, world)
catalogue(t, world)
counts(t, world)
sharing(t, world)
openAiApi(t, world)
spendCaps(t, world)
faults(t, world)

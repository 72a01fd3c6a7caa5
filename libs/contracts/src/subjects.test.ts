import type { DescMessage } from '@bufbuild/protobuf'
import t from 'tap'
import { broadcasts, events, requests } from './subjects.ts'

/** Names of all fields of a message and of the messages inside it. */
const fieldNames = (message: DescMessage): string[] =>
  message.fields.flatMap((field) => [
    field.name,
    ...(field.message && !field.message.typeName.startsWith('google.') ? fieldNames(field.message) : []),
  ])

t.test('subjects say what kind they are and who owns them, and none is given twice', async (t) => {
  for (const { subject } of Object.values(events)) t.match(subject, /^evt\.[a-z]+\.[a-z]+\.[a-z]+(-[a-z]+)*\.v\d+$/)
  for (const { subject } of Object.values(requests)) t.match(subject, /^rpc\.[a-z]+\.[a-z]+(-[a-z]+)+\.v\d+$/)
  for (const subject of Object.values(broadcasts)) t.match(subject, /^ctl\.[a-z]+\.[a-z-]+$/)
  const all = [...Object.values(events), ...Object.values(requests)].map(({ subject }) => subject)
  t.equal(new Set(all).size, all.length)
})

t.test('an event lives in the package of its owner and says when it happened', async (t) => {
  for (const { subject, schema } of Object.values(events)) {
    t.match(schema.typeName, `parley.${subject.split('.')[1]}.v1.`)
    t.ok(fieldNames(schema).includes('occurred_at'), `${schema.typeName} has occurred_at`)
  }
})

t.test('G-2 no event carries an address, a name, a text or a token', async (t) => {
  const personal = ['email', 'name', 'text', 'prompt', 'answer', 'token', 'title', 'message', 'password', 'ip']
  for (const { schema } of Object.values(events)) {
    t.same(
      fieldNames(schema).filter((name) => personal.includes(name)),
      [],
      schema.typeName,
    )
  }
})

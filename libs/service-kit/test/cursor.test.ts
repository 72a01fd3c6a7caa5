import t from 'tap'
import { v7 as newId } from 'uuid'
import { decodeCursor, encodeCursor } from '../src/index.ts'

t.test('a cursor says the position it was made of', async (t) => {
  const position = { time: new Date(), id: newId() }
  t.strictSame(decodeCursor(encodeCursor(position)), position)
})

t.test('A-23 what is no cursor, or of a time Postgres does not have, is refused', async (t) => {
  const written = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  for (const cursor of ['', 'x', written([]), written(['now', newId()]), written(['0000-01-01T00:00:00Z', newId()])])
    t.throws(() => decodeCursor(cursor), { code: 'invalid_request' }, cursor)
})

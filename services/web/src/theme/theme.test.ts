import t from 'tap'
import { storeChoice, storedChoice } from './theme.ts'

t.test('the theme is that of the device where the browser forbids its store, and the page begins all the same', async (t) => {
  const forbidden = () => {
    throw new DOMException('Access is denied for this document.', 'SecurityError')
  }
  t.equal(storedChoice(forbidden), 'system')
  t.doesNotThrow(() => storeChoice(forbidden, 'dark'))
})

t.test('a choice is kept, and what is none is not taken for one', async (t) => {
  const store = new Map<string, string>()
  const storage = () => ({
    getItem: (key: string) => store.get(key) ?? null,
    setItem: (key: string, value: string) => void store.set(key, value),
  })
  t.equal(storedChoice(storage), 'system')
  storeChoice(storage, 'dark')
  t.equal(storedChoice(storage), 'dark')
  for (const key of store.keys()) store.set(key, 'purple')
  t.equal(storedChoice(storage), 'system')
})

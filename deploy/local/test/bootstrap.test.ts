import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { bootstrap } from '../bootstrap.mjs'

/** A small checkout in which the commands are recorded instead of run. */
function checkout(directory: string) {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  const lock = (version: string) =>
    JSON.stringify({ packages: { '': {}, 'node_modules/left': { version }, 'libs/own': { version: '1.0.0' } } })
  const ran: string[] = []
  const run = async (command: string[]) => {
    const text = command.join(' ')
    ran.push(text.includes(' ci ') ? 'npm ci' : text)
    if (text.includes(' ci ')) install()
    if (text === 'prisma generate') write('services/chat/prisma/generated/client.ts', '')
    if (text.startsWith('buf')) write('libs/contracts/src/gen/a_pb.ts', '')
  }
  let version = '1.0.0'
  const install = () => {
    write('node_modules/.package-lock.json', lock(version))
    write('node_modules/.bin/node', '')
  }
  const setVersion = (next: string) => {
    version = next
    write('package-lock.json', lock(version))
  }
  setVersion('1.0.0')
  write('proto/chat.proto', 'message A {}')
  write('services/chat/prisma/schema.prisma', 'model A {}')
  const start = async () => {
    ran.length = 0
    await bootstrap(directory, { run, say: () => undefined })
    return [...ran].sort()
  }
  return { write, setVersion, install, start }
}

const generateContracts = 'buf generate ../../proto --template buf.gen.yaml -o .'

t.test('the first start installs and generates, the second does nothing', async (t) => {
  const { start } = checkout(t.testdir())
  t.same(await start(), [generateContracts, 'npm ci', 'prisma generate'])
  t.same(await start(), [])
})

t.test('only what changed is done again', async (t) => {
  const { start, write, setVersion } = checkout(t.testdir())
  await start()
  write('services/chat/prisma/schema.prisma', 'model A { id String }')
  t.same(await start(), ['prisma generate'])
  write('proto/chat.proto', 'message B {}')
  t.same(await start(), [generateContracts])
  setVersion('1.1.0')
  t.same(await start(), ['npm ci'])
})

t.test('an npm install by hand is recognised and not repeated', async (t) => {
  const { start, setVersion, install } = checkout(t.testdir())
  await start()
  setVersion('2.0.0')
  install()
  t.same(await start(), [])
})

t.test('a command that fails leaves no stamp: the next start does it again', async (t) => {
  const directory = t.testdir()
  const { start, install } = checkout(directory)
  install()
  const run = async () => Promise.reject(new Error('no space left'))
  await t.rejects(bootstrap(directory, { run, say: () => undefined }), /no space left/)
  t.same(await start(), [generateContracts, 'prisma generate'])
})

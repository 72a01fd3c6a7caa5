import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const LIMIT_BYTES = 200_000
const dist = join(import.meta.dirname, '../dist')

/** The screens people begin with, and the route files each of them needs besides the entry. */
const screens = {
  chat: ['src/chat/app-shell.tsx', 'src/chat/chat-page.tsx'],
  'log-in': ['src/accounts/accounts-pages.ts'],
}

interface Chunk {
  file: string
  css?: string[]
  imports?: string[]
}

const manifest: Record<string, Chunk> = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))

/** All files a chunk cannot begin without. */
function filesOf(key: string, files = new Set<string>()): Set<string> {
  const chunk = manifest[key]
  if (!chunk) throw new Error(`${key} is not in the manifest: was it renamed?`)
  if (files.has(chunk.file)) return files
  for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file)
  for (const imported of chunk.imports ?? []) filesOf(imported, files)
  return files
}

const html = readFileSync(join(dist, 'index.html'), 'utf8')
const namedInHtml = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file = '']) => file)

const gzipped = (file: string) => gzipSync(readFileSync(join(dist, file))).length
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1).padStart(7)} kB`

for (const [screen, routes] of Object.entries(screens)) {
  const files = new Set(['index.html', ...namedInHtml])
  for (const key of ['index.html', ...routes]) filesOf(key, files)
  const sizes = [...files].map((file) => ({ file, bytes: gzipped(file) })).sort((a, b) => b.bytes - a.bytes)
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
  for (const { file, bytes } of sizes) if (bytes > 1000) console.log(`${kilobytes(bytes)}  ${file}`)
  console.log(`${kilobytes(total)}  first load of the ${screen} page, gzip (limit ${LIMIT_BYTES / 1000} kB)\n`)
  if (total < LIMIT_BYTES) continue
  console.error(`The first load of the ${screen} page is over its limit. What does it import that could come later?`)
  process.exitCode = 1
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startWorld } from './harness.ts'

function buildSite(t: Test): string {
  const directory = mkdtempSync(join(tmpdir(), 'parley-web-'))
  t.teardown(() => rmSync(directory, { recursive: true }))
  mkdirSync(join(directory, 'assets'))
  writeFileSync(join(directory, 'index.html'), `<!doctype html><title>Parley</title>${' '.repeat(2000)}`)
  writeFileSync(join(directory, 'assets/main-3f9c.js'), `console.log('hello')\n`.repeat(200))
  writeFileSync(join(directory, 'robots.txt'), 'User-agent: *\n')
  return directory
}

t.test('H3 hashed files are kept for a year and compressed, the page is asked for every time', async (t) => {
  const world = await startWorld(t, { env: { WEB_DIRECTORY: buildSite(t) } })
  const gateway = await world.startGateway()
  const script = await gateway.fetch('/assets/main-3f9c.js', { headers: { 'accept-encoding': 'br' } })
  t.equal(script.status, 200)
  t.equal(script.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  t.equal(script.headers.get('content-encoding'), 'br')
  t.match(script.headers.get('content-type'), 'javascript')
  t.match(await script.text(), /^console\.log/)
  const page = await gateway.fetch('/')
  t.equal(page.headers.get('cache-control'), 'no-cache')
  t.match(page.headers.get('content-type'), 'text/html')
  t.match(page.headers.get('content-security-policy'), /script-src 'self'/)
  const etag = page.headers.get('etag') ?? ''
  // Node's fetch adds `cache-control: no-cache` of its own; a browser does not.
  t.equal((await gateway.app.inject({ url: '/', headers: { 'if-none-match': etag } })).statusCode, 304)
})

t.test('the app’s own paths get the page; the API’s, missing files and paths out of the folder do not', async (t) => {
  const world = await startWorld(t, { env: { WEB_DIRECTORY: buildSite(t) } })
  const gateway = await world.startGateway()
  for (const path of ['/', '/chat/0197a000', '/verify-email?token=x.y', '/settings/sessions']) {
    const response = await gateway.fetch(path)
    t.equal(response.status, 200, path)
    t.match(await response.text(), '<title>Parley')
  }
  t.equal((await gateway.fetch('/')).headers.get('x-robots-tag'), null)
  const shared = await gateway.fetch('/shared/Zm9vYmFyLWJhei1xdXV4')
  t.match(await shared.text(), '<title>Parley')
  t.equal(shared.headers.get('x-robots-tag'), 'noindex, nofollow', 'B9 no search engine lists a shared conversation')
  t.equal(await (await gateway.fetch('/robots.txt')).text(), 'User-agent: *\n')
  for (const path of [
    '/assets/gone.js',
    '/favicon.ico',
    '/api/v1/nothing',
    '/api',
    '/internal/turns',
    '/.well-known/nothing',
    '/..%2f..%2fetc/passwd',
    '/assets/..%2f..%2fetc%2fpasswd',
  ]) {
    const response = await gateway.fetch(path)
    t.equal(response.status, 404, path)
    t.match(response.headers.get('content-type'), 'application/problem+json', path)
  }
})

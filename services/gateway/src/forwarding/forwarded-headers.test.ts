import t from 'tap'
import { responseHeaders } from './forwarded-headers.ts'

t.test("a file keeps its name, its type and who may keep it; what belongs to the service's own connection stays behind", (t) => {
  const kept = {
    'content-type': 'text/markdown; charset=utf-8',
    'content-disposition': `attachment; filename="Notes.md"; filename*=UTF-8''Notes.md`,
    'cache-control': 'private, no-store',
    'x-robots-tag': 'noindex',
  }
  t.same(responseHeaders({ ...kept, connection: 'keep-alive', 'set-cookie': 'a=b', 'x-request-id': 'x' }), kept)
  t.end()
})

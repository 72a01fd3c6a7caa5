import t, { type Test } from 'tap'
import { isSignedIn, setUser, signOut } from './session.ts'

function answerWith(t: Test, fetch: (path: string) => Promise<Response>) {
  const { window } = globalThis
  t.teardown(() => Object.assign(globalThis, { window }))
  Object.assign(globalThis, { window: { fetch } })
  setUser({ id: 'u1' } as Parameters<typeof setUser>[0])
}

const refusal = (status: number, code: string) =>
  Response.json({ title: code, status, detail: 'No.', code }, { status, headers: { 'content-type': 'application/problem+json' } })

t.test('who logs out of a session that has ended already is out, and told of no failure', async (t) => {
  const asked: string[] = []
  answerWith(t, async (path) => {
    asked.push(path)
    return refusal(401, 'unauthenticated')
  })
  await t.resolves(signOut())
  t.notOk(isSignedIn())
  t.strictSame(asked, ['/api/v1/auth/logout', '/api/v1/auth/refresh'])
})

t.test('who could not be logged out stays in', async (t) => {
  answerWith(t, async () => refusal(503, 'service_busy'))
  await t.rejects(signOut(), { code: 'service_busy' })
  t.ok(isSignedIn())
})

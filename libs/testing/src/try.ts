import { createTestDatabase } from '@parley/testing'
const t0=performance.now(); const log=(...a: unknown[]) => console.log(Math.round(performance.now()-t0), ...a)
const a = await createTestDatabase('chat'); log(a.url)
const b = await createTestDatabase('chat'); log(b.url); await Promise.all([a.drop(), b.drop()]); log('dropped')

import { startPlatform } from './src/index.ts'

const t0 = performance.now()
const log = (...a: unknown[]) => console.log(Math.round(performance.now() - t0), ...a)
const p = await startPlatform({
  environment: { PATH: process.env.PATH, PARLEY_HOME: '/tmp/parley-try2', PORT: '18300' },
  isWebWanted: false,
  unsafeFast: true,
  onIncident: (x) => log(x),
  onProgress: (x) => log(x),
})
for (const n of (process.argv[2] ?? '').split(',').filter(Boolean)) {
  const s = p.infrastructure(n as 'nats')
  await s.kill()
  await s.ready()
}
await new Promise((r) => setTimeout(r, Number(process.argv[3] ?? 0)))
log('stopping')
await p.stop()
log('stopped')

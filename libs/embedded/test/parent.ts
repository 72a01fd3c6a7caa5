// Started by leash.test.ts, which kills it: what it has started must then end as well.
import { startNats, startRedis } from '../src/index.ts'

const [directory = ''] = process.argv.slice(2)
const [nats, redis] = await Promise.all([
  startNats({ directory: `${directory}/nats`, user: 'parley', password: 'leash-test' }),
  startRedis({ directory: `${directory}/redis`, password: 'leash-test' }),
])
process.send?.({ pids: [nats.pid, redis.pid] })
setInterval(() => undefined, 60_000)

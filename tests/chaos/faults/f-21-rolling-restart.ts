import { type ServiceName, serviceNames } from '@parley/local'
import { makeOnce } from '../drive.ts'
import type { Fault, Run } from '../fault.ts'

export const rollingRestart: Fault = {
  id: 'F-21',
  promise: 'a rolling restart of every replica of every service under load, old and new version together: 0 failed requests',
  prepare({ old }) {
    /** Processes that run the other version now. With one, every replica begins as the old version. */
    const onOld = new Set<string>()
    if (old) for (const service of serviceNames) for (const index of [0, 1]) onOld.add(`${service} ${index}`)
    return {
      replicas: Object.fromEntries(serviceNames.map((name) => [name, 2])),
      changeReplica: ({ service, index }) => (old && onOld.has(`${service} ${index}`) ? { repository: old } : undefined),
      async drive(run) {
        for (let round = 1; round <= run.count; round += 1) {
          for (const service of serviceNames) {
            for (const index of [0, 1]) await makeOnce(run, () => restart(run, service, index, onOld, old !== null), round)
          }
          await run.streams.settled(run.streams.running())
          run.say(
            `${round}/${run.count} every replica of every service restarted${old ? `, ${onOld.size === 0 ? 'now the new' : 'now the old'} version` : ''}`,
          )
        }
      },
    }
  },
}

async function restart({ world }: Run, service: ServiceName, index: number, onOld: Set<string>, hasOld: boolean): Promise<string> {
  const replica = world.replicasOf(service)[index]
  if (!replica) throw new Error(`${service} has no replica ${index}`)
  const key = `${service} ${index}`
  if (hasOld && !onOld.delete(key)) onOld.add(key)
  await replica.stop()
  await replica.start()
  await replica.ready()
  return `restarted ${replica.name}`
}

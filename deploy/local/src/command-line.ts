import { parseArgs } from 'node:util'
import { isServiceName, type ServiceName, serviceNames } from './service-names.ts'

export interface CommandLine {
  replicas: Partial<Record<ServiceName, number>>
  isFresh: boolean
  isWebWanted: boolean
  isHelpWanted: boolean
}

export const usage = `npm start -- [options]

  --replicas chat=2,gateway=2   run several processes of a service (gateway on the next ports)
  --fresh                       forget all data first
  --no-web                      do not build the web app
  --help                        show this
`

const maximumReplicas = 8

/** What was asked for after \`npm start --\`. Throws with what is allowed when it cannot be understood. */
export function readCommandLine(args: string[]): CommandLine {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      replicas: { type: 'string' },
      fresh: { type: 'boolean', default: false },
      web: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    },
  })
  return {
    replicas: readReplicas(values.replicas ?? ''),
    isFresh: values.fresh,
    isWebWanted: values.web,
    isHelpWanted: values.help,
  }
}

function readReplicas(text: string): Partial<Record<ServiceName, number>> {
  const entries = text
    .split(',')
    .filter(Boolean)
    .map((part): [ServiceName, number] => {
      const [name = '', count = ''] = part.split('=').map((piece) => piece.trim())
      if (!isServiceName(name)) throw new Error(`--replicas: there is no service '${name}'; there are ${serviceNames.join(', ')}`)
      if (!/^\d$/.test(count) || Number(count) < 1 || Number(count) > maximumReplicas) {
        throw new Error(`--replicas: ${name}=${count || '?'} is not understood; give a number from 1 to ${maximumReplicas}`)
      }
      return [name, Number(count)]
    })
  return Object.fromEntries(entries)
}

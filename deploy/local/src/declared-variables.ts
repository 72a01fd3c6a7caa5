import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError } from '@parley/config'
import { repository } from './home.ts'
import type { ServiceName } from './service-names.ts'

/** What a service says about its environment, read from its own `config.ts`: the one place where a variable is declared. */
export interface DeclaredVariables {
  all: ReadonlySet<string>
  /** Those it does not start without. */
  required: ReadonlySet<string>
}

/** Reads an empty environment with the service's own `readConfig` and notes what it asks for and what it misses. */
export async function declaredVariables(service: ServiceName): Promise<DeclaredVariables> {
  const file = join(repository, 'services', service, 'src/config.ts')
  const { readConfig }: { readConfig(env: object): unknown } = await import(pathToFileURL(file).href)
  const all = new Set<string>()
  const recorder = new Proxy(
    {},
    {
      get(_target, name) {
        if (typeof name === 'string') all.add(name)
        return undefined
      },
    },
  )
  try {
    readConfig(recorder)
    return { all, required: new Set() }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { all, required: new Set(error.problems.map(({ name }) => name)) }
  }
}

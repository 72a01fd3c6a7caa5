import { mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The repository. */
export const repository = resolve(import.meta.dirname, '../../..')

/** The data folder and what lies where in it. */
export interface Home {
  directory: string
  runFile: string
  lockFile: string
  processesFile: string
  secretsFile: string
  postgres: string
  nats: string
  redis: string
  logs: string
  tools: string
  compileCache: string
}

/** The paths of a data folder, which is made when it is missing; readable for nobody else, as it holds keys. */
export function openHome(directory: string): Home {
  const at = (name: string) => join(directory, name)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const home: Home = {
    directory,
    runFile: at('run.json'),
    lockFile: at('platform.lock'),
    processesFile: at('processes.json'),
    secretsFile: at('secrets.json'),
    postgres: at('postgres'),
    nats: at('nats'),
    redis: at('redis'),
    logs: at('logs'),
    tools: at('tools'),
    compileCache: at('compile-cache'),
  }
  for (const folder of [home.nats, home.redis, home.logs]) mkdirSync(folder, { recursive: true, mode: 0o700 })
  return home
}

/** Forgets data, keys and logs. Unpacked programs and the compile cache stay: they are nobody's data and cost time. */
export function forget(home: Home): void {
  for (const path of [home.runFile, home.secretsFile, home.postgres, home.nats, home.redis, home.logs]) {
    rmSync(path, { recursive: true, force: true })
  }
  openHome(home.directory)
}

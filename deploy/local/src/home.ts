import { accessSync, constants, mkdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigError } from '@parley/config'

/** The repository. */
export const repository = resolve(import.meta.dirname, '../../..')

/** Compiled code, shared by all data folders: a process writes what is missing when it ends, which takes seconds once. */
export const compileCache = join(repository, 'node_modules/.parley/compile-cache')

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
}

/**
 * The paths of a data folder, which is made when it is missing; readable for nobody else, as it holds keys. Throws
 * ConfigError when it cannot be made or written.
 */
export function openHome(directory: string): Home {
  const at = (name: string) => join(directory, name)
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
  }
  try {
    for (const folder of [directory, home.nats, home.redis, home.logs]) mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(directory, constants.W_OK)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ConfigError([{ name: 'PARLEY_HOME', message: `is wrong: needs a folder that may be made and written (${why})` }])
  }
  return home
}

/** Forgets data, keys and logs. Unpacked programs stay: they are nobody's data and cost time. */
export function forget(home: Home): void {
  for (const path of [home.runFile, home.secretsFile, home.postgres, home.nats, home.redis, home.logs]) {
    rmSync(path, { recursive: true, force: true })
  }
  openHome(home.directory)
}

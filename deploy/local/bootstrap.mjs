// Runs before `npm start` and `npm test`, on whatever Node the machine has (20 or later) and before anything is installed:
// plain JavaScript, nothing but Node's own modules. Does nothing, in some milliseconds, when nothing has changed.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

/** Installs and generates what is missing or out of date below `directory`. */
export async function bootstrap(directory = root, { run = runCommand, say = console.log } = {}) {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Error(`Parley needs Node 20 or later to install itself; this is ${process.version}.`)
  }
  const stamps = openStamps(directory)
  if (isInstallNeeded(directory, stamps)) {
    await timed(say, 'installing packages (npm ci)', () => installPackages(directory, run))
    stamps.write('install', hashOf(directory, ['package-lock.json']))
  }
  const tasks = generateTasks(directory).filter((task) => !task.isUpToDate(stamps))
  if (tasks.length > 0) {
    await timed(say, `generating code for ${tasks.map((task) => task.name).join(', ')}`, () => runAll(tasks, directory, stamps, run))
  }
}

/**
 * True when the lock file asks for something that npm has not put into node_modules. npm keeps its own record there, so
 * an `npm install` by hand is recognised and not repeated.
 */
function isInstallNeeded(directory, stamps) {
  if (!existsSync(join(directory, 'node_modules/.package-lock.json'))) return true
  const hash = hashOf(directory, ['package-lock.json'])
  if (stamps.read('install') === hash && hasOwnNode(directory)) return false
  const wanted = readJson(join(directory, 'package-lock.json')).packages
  const installed = readJson(join(directory, 'node_modules/.package-lock.json')).packages
  const isInstalled = Object.entries(wanted).every(
    ([path, entry]) =>
      path === '' || entry.optional || entry.link || !path.includes('node_modules/') || installed[path]?.version === entry.version,
  )
  if (!isInstalled || !hasOwnNode(directory)) return true
  stamps.write('install', hash)
  return false
}

const hasOwnNode = (directory) => existsSync(join(directory, 'node_modules/.bin/node'))

async function installPackages(directory, run) {
  // Inside an npm script npm tells where it is and which Node it runs on; not ours, which `npm ci` is about to remove.
  const { npm_execpath: npmProgram, npm_node_execpath: npmNode } = process.env
  const npm = npmProgram?.endsWith('.js') ? [npmNode ?? process.execPath, npmProgram] : ['npm']
  await run([...npm, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], directory)
  if (!hasOwnNode(directory) && Number(process.versions.node.split('.')[0]) < 24) {
    throw new Error(
      `npm has no Node 24 for ${process.platform}-${process.arch}. Install Node 24 or later yourself, or use docker compose -f deploy/compose/compose.yaml up.`,
    )
  }
}

/** What is generated, from which files, and how: the protobuf messages and one Prisma client per service. */
function generateTasks(directory) {
  const services = existsSync(join(directory, 'services')) ? readdirSync(join(directory, 'services')).sort() : []
  const prisma = services
    .filter((service) => existsSync(join(directory, 'services', service, 'prisma/schema.prisma')))
    .map((service) => ({
      name: service,
      inputs: [`services/${service}/prisma/schema.prisma`, `services/${service}/prisma.config.ts`],
      output: `services/${service}/prisma/generated/client.ts`,
      workingDirectory: `services/${service}`,
      command: ['prisma', 'generate'],
    }))
  const contracts = {
    name: 'contracts',
    inputs: [...filesBelow(join(directory, 'proto'), directory), 'libs/contracts/buf.gen.yaml'],
    output: 'libs/contracts/src/gen',
    workingDirectory: 'libs/contracts',
    command: ['buf', 'generate', '../../proto', '--template', 'buf.gen.yaml', '-o', '.'],
  }
  const versions = versionsOf(directory, ['prisma', '@bufbuild/buf', '@bufbuild/protoc-gen-es'])
  return [contracts, ...prisma].map((task) => {
    const hash = hashOf(directory, task.inputs, versions)
    return {
      ...task,
      hash,
      isUpToDate: (stamps) => existsSync(join(directory, task.output)) && stamps.read(`generate-${task.name}`) === hash,
    }
  })
}

async function runAll(tasks, directory, stamps, run) {
  const waiting = [...tasks]
  const work = async () => {
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      await run(task.command, join(directory, task.workingDirectory))
      stamps.write(`generate-${task.name}`, task.hash)
    }
  }
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work))
}

/** Runs a command with the tools and the Node that npm brought; shows its output only when it fails. */
function runCommand([program, ...args], workingDirectory) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: workingDirectory,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
        // The Prisma command would download an engine that nothing here uses, unless it is shown some program.
        PRISMA_SCHEMA_ENGINE_BINARY: existsSync('/bin/true') ? '/bin/true' : '/usr/bin/true',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
        CHECKPOINT_DISABLE: '1',
      },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`'${[program, ...args].join(' ')}' in ${workingDirectory} failed (${code}):\n${output}`))
    })
  })
}

/** Remembers what was done for which content. Lies in node_modules, so it vanishes with what it describes. */
function openStamps(directory) {
  const file = (name) => join(directory, 'node_modules/.parley', name)
  return {
    read: (name) => (existsSync(file(name)) ? readFileSync(file(name), 'utf8') : undefined),
    write(name, value) {
      mkdirSync(dirname(file(name)), { recursive: true })
      writeFileSync(file(name), value)
    },
  }
}

function filesBelow(folder, directory) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath ?? entry.path, entry.name)))
    .sort()
}

function hashOf(directory, files, ...more) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${file}\0`).update(existsSync(join(directory, file)) ? readFileSync(join(directory, file)) : '')
  return hash.update(more.join('\0')).digest('hex')
}

const versionsOf = (directory, names) =>
  names.map((name) => {
    const file = join(directory, 'node_modules', name, 'package.json')
    return existsSync(file) ? readJson(file).version : ''
  })

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'))

async function timed(say, what, work) {
  const startMs = performance.now()
  say(`${what} …`)
  await work()
  say(`${what}: done in ${((performance.now() - startMs) / 1000).toFixed(1)} s`)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  bootstrap().catch((error) => {
    console.error(`\n${error.message}`)
    process.exitCode = 1
  })
}

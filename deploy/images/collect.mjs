// Copies one workspace package, the packages it needs and nothing else into a folder that runs by itself: no development
// tools, no tests, no optional peers (Prisma's command line alone would bring 130 MB).
// The Dockerfile uses it; it can be tried anywhere: node deploy/images/collect.mjs services/chat /tmp/image
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** What a package reads besides its code and its dependencies. */
const dataFolders = {
  'services/gateway': ['services/web/dist'],
  'libs/simulators': ['README.md', 'docs', 'services/*/README.md', 'libs/*/README.md'],
  'deploy/compose': ['services/*/prisma/migrations'],
}

const unneeded = new Set(['node_modules', 'test', '.tap', 'coverage'])
const isShipped = (path) => !unneeded.has(basename(path)) && !path.endsWith('.test.ts')

/** Prisma ships its query compiler for every database, in two sizes; ours is the small one for Postgres. */
const isOtherCompiler = (path) => /@prisma\/client\/runtime\/.*(query_compiler_fast_bg|\.(cockroachdb|mysql|sqlite|sqlserver)\.)/.test(path)

export function collect(packageFolder, target) {
  const seen = new Set()
  const visit = (folder) => {
    const directory = realpathSync(folder)
    if (seen.has(directory)) return
    seen.add(directory)
    copyPackage(directory, target)
    const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
    for (const { name, isOptional } of needs(manifest)) {
      const found = find(name, directory)
      if (found) {
        linkWorkspacePackage(found, target)
        visit(found)
      } else if (!isOptional) throw new Error(`${name}, which ${manifest.name} needs, is not installed`)
    }
  }
  mkdirSync(target, { recursive: true })
  visit(join(root, packageFolder))
  for (const folder of globSync(dataFolders[packageFolder] ?? [], { cwd: root })) {
    cpSync(join(root, folder), join(target, folder), { recursive: true })
  }
}

function copyPackage(directory, target) {
  const place = relative(root, directory)
  const isDependency = place.split(sep).includes('node_modules')
  // A dependency's own node_modules hold other packages, which are visited by themselves.
  const isPart = (path) => relative(directory, path).split(sep)[0] !== 'node_modules' && !isOtherCompiler(path)
  cpSync(directory, join(target, place), { recursive: true, filter: isDependency ? isPart : isShipped })
}

function needs({ dependencies = {}, optionalDependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }) {
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional)
  const names = new Set([...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...peers])
  return [...names].map((name) => ({ name, isOptional: name in optionalDependencies }))
}

/** Where Node would find it: from the folder of whoever needs it upwards. */
function find(name, directory) {
  for (let folder = directory; folder.startsWith(root); folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (existsSync(join(candidate, 'package.json'))) return candidate
  }
  return undefined
}

/** Packages of the workspace stay links, as npm made them: Node runs TypeScript only outside node_modules. */
function linkWorkspacePackage(found, target) {
  const directory = realpathSync(found)
  const place = join(target, relative(root, found))
  if (directory === found || existsSync(place)) return
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(relative(dirname(found), directory), place)
}

if (process.argv[1] === import.meta.filename) {
  const [packageFolder, target] = process.argv.slice(2)
  if (!packageFolder || !target) {
    console.error('usage: node deploy/images/collect.mjs PACKAGE_FOLDER TARGET')
    process.exit(1)
  }
  collect(packageFolder, resolve(target))
}

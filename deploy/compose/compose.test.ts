import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseEnv } from 'node:util'
import t from 'tap'
import { parse } from 'yaml'
import { declaredVariables } from '../local/src/declared-variables.ts'
import { serviceNames } from '../local/src/service-names.ts'

interface ComposeService {
  image?: string
  build?: { context: string; dockerfile: string; args: { PACKAGE: string } }
  command?: string[]
  environment?: Record<string, string>
  depends_on?: Record<string, { condition: string }>
  ports?: string[]
  profiles?: string[]
}

const folder = import.meta.dirname
const repository = join(folder, '../..')
const text = readFileSync(join(folder, 'compose.yaml'), 'utf8')
const compose: { services: Record<string, ComposeService>; volumes: Record<string, null> } = parse(text, { merge: true })
const generated = parseEnv(execFileSync(process.execPath, [join(folder, 'generate-env.mjs')], { encoding: 'utf8' }))

/** Variables that are read before a service's configuration: by Node or by the telemetry preload. */
const isReadByThePreload = (name: string) => name.startsWith('OTEL_') || name.startsWith('NODE_')

/** What Compose makes of a value: \`${NAME:?}\` must be set, \`${NAME:-default}\` may be. */
function interpolate(value: string): string {
  return value.replaceAll(/\$\{(\w+):([?-])([^}]*)\}/g, (_all, name: string, kind: string, otherwise: string) => {
    if (generated[name]) return generated[name]
    if (kind === '?') throw new Error(`${name} is needed by compose.yaml and missing in .env`)
    return otherwise
  })
}

const environmentOf = (service: string): Record<string, string> =>
  Object.fromEntries(Object.entries(compose.services[service]?.environment ?? {}).map(([name, value]) => [name, interpolate(value)]))

for (const service of serviceNames) {
  t.test(`${service}: its environment is what its config.ts declares, and it would start with it in production`, async (t) => {
    const declared = await declaredVariables(service)
    const names = Object.keys(compose.services[service]?.environment ?? {})
    t.same(
      names.filter((name) => !declared.all.has(name) && !isReadByThePreload(name)),
      [],
      'no variable that the service does not know',
    )
    t.same(
      [...declared.required].filter((name) => !names.includes(name)),
      [],
      'no variable missing that it needs',
    )
    const { readConfig } = await import(pathToFileURL(join(repository, 'services', service, 'src/config.ts')).href)
    t.match(readConfig(environmentOf(service)), { NODE_ENV: 'production', PORT: 8080, HOST: '0.0.0.0' })
  })
}

t.test('the example’s own secrets are refused in production: nobody runs on change-me', async (t) => {
  const { readConfig } = await import(pathToFileURL(join(repository, 'services/auth/src/config.ts')).href)
  const environment = { ...environmentOf('auth'), PASSWORD_PEPPER: 'change-me-change-me' }
  t.throws(() => readConfig(environment), /PASSWORD_PEPPER is refused in production/)

  const { readConfig: readAiRouter } = await import(pathToFileURL(join(repository, 'services/ai-router/src/config.ts')).href)
  const aiRouter = { ...environmentOf('ai-router'), PROVIDER_KEY_ENCRYPTION_KEYS: 'change-me-change-me' }
  t.throws(() => readAiRouter(aiRouter), /PROVIDER_KEY_ENCRYPTION_KEYS is refused in production/)
})

t.test('every variable of compose.yaml stands in .env.example, and none stands there for nothing', async (t) => {
  const used = new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name))
  const offered = Object.keys(parseEnv(readFileSync(join(folder, '.env.example'), 'utf8')))
  t.same(offered.toSorted(), [...used].sort())
})

t.test('everything Parley needs is there: servers, services, a migration that comes first', async (t) => {
  const { services } = compose
  t.same(
    serviceNames.filter((name) => services[name] === undefined),
    [],
  )
  t.match(services.postgres?.image, /postgres:(1[7-9]|[2-9]\d)/)
  t.match(services.nats?.image, /nats:2\.(1[2-9]|[2-9]\d)/)
  t.ok(services.nats?.command?.includes('--jetstream'))
  for (const name of serviceNames) t.match(services[name]?.depends_on, { migrate: { condition: 'service_completed_successfully' } })
  for (const { ports = [] } of Object.values(services)) for (const port of ports) t.match(port, /^127\.0\.0\.1:/)
  t.same(services.inbox?.profiles, ['local'])
})

t.test('every image is built from a package that exists', async (t) => {
  for (const [name, { build }] of Object.entries(compose.services)) {
    if (!build) continue
    t.ok(existsSync(join(folder, build.context, build.dockerfile)), `${name}: ${build.dockerfile}`)
    t.ok(existsSync(join(folder, build.context, build.args.PACKAGE, 'package.json')), `${name}: ${build.args.PACKAGE}`)
  }
})

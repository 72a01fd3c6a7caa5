import { fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate, provision } from '@parley/database'
import { startNats, startPostgres } from '@parley/embedded'
import { createPrincipalSigner, generateSigningJwk, PRINCIPAL_HEADER } from '@parley/principal'
import { v7 as newId } from 'uuid'
import type { Watched } from './process-figures.ts'
import { type Subject, type SubjectName, startPipe, startPortkey, startSdkProxy } from './router-subjects.ts'
import { startSideProcess } from './side-process.ts'

export interface RouterWorldOptions {
  /** Share of requests that are traced. */
  tracedShare: number
  profileDirectory?: string
  /** Tests only: Postgres without fsync. */
  unsafeFast?: boolean
}

/** A vendor, a load, and what the ai-router needs around it; the routers themselves run one after the other. */
export interface RouterWorld {
  generator: Awaited<ReturnType<typeof startSideProcess>>
  start(name: SubjectName): Promise<Subject>
  /** Everything but the subject. */
  watched: Watched[]
  close(): Promise<void>
}

const routerDirectory = join(import.meta.dirname, '../../services/ai-router')
const USERS = 100
/** As deployed. */
const V8_OPTIONS = ['--max-semi-space-size=16', '--max-old-space-size=768', '--v8-pool-size=1']

export async function startRouterWorld({ tracedShare, profileDirectory, unsafeFast }: RouterWorldOptions): Promise<RouterWorld> {
  const home = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const stops: (() => Promise<void>)[] = [async () => rmSync(home, { recursive: true, force: true })]
  const close = async (): Promise<void> => {
    for (const stop of stops.splice(0).toReversed()) await stop()
  }
  const side = async (name: string, args?: string[]) => {
    const started = await startSideProcess(name, args)
    stops.push(started.stop)
    return started
  }
  try {
    const [source, sink, generator] = [await side('chunk-source'), await side('trace-sink'), await side('load-generator')]
    const postgres = await startPostgres({ directory: join(home, 'postgres'), password: 'bench', unsafeFast })
    stops.push(postgres.stop)
    const nats = await startNats({ directory: join(home, 'nats'), user: 'parley', password: 'bench' })
    stops.push(nats.stop)
    const quota = await side('granted-quota', [nats.url])
    const { ownerUrl, url: databaseUrl } = await provision({
      ...{ adminUrl: postgres.url, database: 'parley_ai_router', ownerPassword: 'owner', password: 'service' },
    })
    await migrate({ url: ownerUrl, migrationsDirectory: join(routerDirectory, 'prisma/migrations') })
    const { privateJwk, publicJwk } = await generateSigningJwk('gateway')
    const environment = {
      ...{ NODE_ENV: 'production', HOST: '127.0.0.1', PORT: '0', OTEL_SERVICE_NAME: 'ai-router' },
      ...{ DATABASE_URL: databaseUrl, NATS_URL: nats.url, PRINCIPAL_JWKS: JSON.stringify({ keys: [publicJwk] }) },
      ...{ OPENAI_API_KEY: 'sk-bench-chunk-source', OPENAI_BASE_URL: `${source.ready}/v1` },
      // Moderated here: OpenAI's moderation would be another vendor's time.
      SAFETY_REMOTE_MODERATION: 'false',
      ...(tracedShare > 0 && {
        OTEL_EXPORTER_OTLP_ENDPOINT: sink.ready,
        OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
        OTEL_TRACES_SAMPLER_ARG: String(tracedShare),
      }),
      ...(profileDirectory !== undefined && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDirectory}` }),
    }
    const signer = createPrincipalSigner({ privateJwk })
    const users = Array.from({ length: USERS }, () => ({
      userId: newId(),
      role: 'user' as const,
      plan: 'free' as const,
      sessionId: newId(),
    }))
    const clients = (): Promise<Record<string, string>[]> =>
      Promise.all(users.map(async (user) => ({ [PRINCIPAL_HEADER]: await signer.sign(user) })))
    const starts: Record<SubjectName, () => Promise<Subject>> = {
      direct: async () => ({ url: source.ready, pid: 0, clients: async () => [{}], stop: async () => undefined }),
      pipe: () => startPipe(source.ready),
      sdk: () => startSdkProxy(source.ready),
      portkey: () => startPortkey(source.ready),
      parley: () => startRouter(environment, join(home, 'ai-router.log'), clients),
    }
    return {
      generator,
      start: (name) => starts[name](),
      watched: [
        { name: 'load generator', pid: generator.pid },
        { name: 'vendor', pid: source.pid },
        { name: 'postgres', pid: postgres.pid, withChildren: true },
        { name: 'nats', pid: nats.pid },
        { name: 'quota', pid: quota.pid },
        { name: 'trace sink', pid: sink.pid },
      ],
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Our router as production runs it: one process, its log in a file. */
async function startRouter(environment: Record<string, string>, logFile: string, clients: Subject['clients']): Promise<Subject> {
  const log = openSync(logFile, 'a')
  const child = fork(join(routerDirectory, 'src/main.ts'), {
    cwd: routerDirectory,
    execArgv: ['--title=parley-bench-ai-router', ...V8_OPTIONS, '--import', '@parley/telemetry/register'],
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  const exited = once(child, 'exit')
  const ended = exited.then(() => Promise.reject(new Error(`ai-router has ended:\n${readFileSync(logFile, 'utf8').slice(-2_000)}`)))
  const [{ url }] = (await Promise.race([once(child, 'message'), ended])) as [{ url: string }]
  return {
    ...{ url, pid: child.pid ?? 0, clients },
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
  }
}

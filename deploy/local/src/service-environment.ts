import { createHmac } from 'node:crypto'
import { publicJwkOf } from '@parley/principal'
import { declaredVariables } from './declared-variables.ts'
import { compileCache } from './home.ts'
import type { InfrastructureName } from './infrastructure.ts'
import type { Secrets } from './secrets.ts'
import type { ServiceName } from './service-names.ts'
import type { Environment } from './settings.ts'

/** The model vendors that the environment can name. */
export const modelVendors = ['openai', 'anthropic', 'gemini', 'cohere'] as const
export type ModelVendor = (typeof modelVendors)[number]

/** One model vendor as ai-router is told about it. */
export interface ProviderAccess {
  /** Empty when simulated. */
  apiKey: string
  /** Empty for the vendor's own address. */
  baseUrl: string
  isSimulated: boolean
}

/** Null: not used. */
export type ProviderAccesses = Record<ModelVendor, ProviderAccess | null>

/** Everything the environments of the services are made of. */
export interface ServiceContext {
  publicUrl: string
  /** Of each service; the balancer's where a service has several replicas. */
  serviceUrls: Record<ServiceName, string>
  databaseUrls: Record<ServiceName, string>
  infrastructureUrls: Record<InfrastructureName, string>
  providers: ProviderAccesses
  smtpUrl: string
  admin: { email: string; password: string }
  secrets: Secrets
  /** Null without the web app. */
  webDirectory: string | null
  logLevel: string
  /** What the person set: what a service takes from there is handed on. */
  given: Environment
}

/** What a process needs of the machine it runs on, whatever it does. */
const machineVariables = [
  'PATH',
  'HOME',
  'TMPDIR',
  'LANG',
  'TZ',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
  'HTTPS_PROXY',
  'NO_PROXY',
]

/**
 * The whole environment of one process of a service: what its `config.ts` declares and nothing else, so no service sees
 * another one's secrets. What the platform makes goes above what the person set.
 */
export async function serviceEnvironment(service: ServiceName, port: number, context: ServiceContext): Promise<Record<string, string>> {
  const { given, infrastructureUrls, secrets, logLevel } = context
  const keys = Object.values(secrets.signingKeys).map(publicJwkOf)
  const telemetryVariables = Object.keys(given).filter((name) => name.startsWith('OTEL_'))
  const { all: declared } = await declaredVariables(service)
  const made = {
    NODE_ENV: 'development',
    LOG_LEVEL: logLevel,
    HOST: '127.0.0.1',
    PORT: String(port),
    SHUTDOWN_TIMEOUT_MS: '8000',
    DATABASE_URL: context.databaseUrls[service],
    NATS_URL: infrastructureUrls.nats,
    REDIS_URL: infrastructureUrls.redis,
    PRINCIPAL_JWKS: JSON.stringify({ keys }),
    ...ownVariables(service, context),
  }
  return {
    ...pick(given, [...machineVariables, ...telemetryVariables]),
    NODE_COMPILE_CACHE: compileCache,
    OTEL_SERVICE_NAME: service,
    ...pick({ ...given, ...made }, [...declared]),
  }
}

function ownVariables(service: ServiceName, context: ServiceContext): Record<string, string> {
  const { serviceUrls, secrets, publicUrl, providers, admin } = context
  switch (service) {
    case 'gateway':
      return {
        PUBLIC_URL: publicUrl,
        AUTH_URL: serviceUrls.auth,
        CHAT_URL: serviceUrls.chat,
        AI_ROUTER_URL: serviceUrls['ai-router'],
        USAGE_URL: serviceUrls.usage,
        BILLING_URL: serviceUrls.billing,
        NOTIFICATION_URL: serviceUrls.notification,
        PRINCIPAL_SIGNING_KEY: JSON.stringify(secrets.signingKeys.gateway),
        ...(context.webDirectory ? { WEB_DIRECTORY: context.webDirectory } : {}),
      }
    case 'auth':
      return {
        PUBLIC_URL: publicUrl,
        PASSWORD_PEPPER: secrets.passwordPepper,
        KEY_ENCRYPTION_KEY: secrets.keyEncryptionKey,
        ADMIN_EMAIL: admin.email,
        ADMIN_PASSWORD: admin.password,
      }
    case 'chat':
      return {
        PUBLIC_URL: publicUrl,
        AI_ROUTER_URL: serviceUrls['ai-router'],
        PRINCIPAL_SIGNING_KEY: JSON.stringify(secrets.signingKeys.chat),
      }
    case 'ai-router':
      return Object.assign(
        {
          PROVIDER_KEY_ENCRYPTION_KEYS: secrets.providerKeyEncryptionKeys,
          SAFETY_KEY: derivedKey(secrets.keyEncryptionKey, 'safety'),
        },
        ...modelVendors.map((vendor) => providerVariables(vendor, providers[vendor])),
      )
    case 'notification':
      return {
        SMTP_URL: context.smtpUrl,
        PUBLIC_URL: publicUrl,
        MAIL_FROM: context.given.MAIL_FROM ?? 'Parley <no-reply@parley.localhost>',
      }
    case 'usage':
    case 'billing':
      return {}
  }
}

/** A simulated vendor asks for no key, so none is made up. */
function providerVariables(vendor: ModelVendor, access: ProviderAccess | null): Record<string, string> {
  if (!access) return {}
  const { apiKey, baseUrl, isSimulated } = access
  const prefix = vendor.toUpperCase()
  return { [`${prefix}_API_KEY`]: apiKey, [`${prefix}_BASE_URL`]: baseUrl, [`${prefix}_SIMULATED`]: String(isSimulated) }
}

/** A key for one purpose, made from another: nothing more to keep. */
const derivedKey = (key: string, purpose: string): string => createHmac('sha256', key).update(purpose).digest('base64')

/** Empty values count as unset, as everywhere. */
function pick(source: Environment, names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (source[name] ? [[name, source[name]]] : [])))
}

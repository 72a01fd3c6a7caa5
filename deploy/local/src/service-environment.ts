import { publicJwkOf } from '@parley/principal'
import type { InfrastructureName } from './infrastructure.ts'
import type { Secrets } from './secrets.ts'
import type { ServiceName } from './service-names.ts'
import type { Environment } from './settings.ts'

/** One model vendor as ai-router is told about it. */
export interface ProviderAccess {
  apiKey: string
  /** Empty for the vendor's own address. */
  baseUrl: string
  isSimulated: boolean
}

/** Everything the environments of the services are made of. */
export interface ServiceContext {
  publicUrl: string
  /** Of each service; the balancer's where a service has several replicas. */
  serviceUrls: Record<ServiceName, string>
  databaseUrls: Record<ServiceName, string>
  infrastructureUrls: Record<InfrastructureName, string>
  providers: Record<'openai' | 'anthropic', ProviderAccess>
  smtpUrl: string
  admin: { email: string; password: string }
  secrets: Secrets
  /** Null without the web app. */
  webDirectory: string | null
  compileCache: string
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

/** Variables a person may set for one service, beside those the platform makes. */
const givenVariables: Partial<Record<ServiceName, string[]>> = {
  gateway: ['TRUSTED_PROXIES'],
  auth: ['ACCESS_TOKEN_TTL_S', 'REFRESH_TOKEN_TTL_S'],
  chat: ['SYSTEM_PROMPT', 'LEASE_MS'],
  usage: ['LIMIT_FREE_HOUR', 'LIMIT_FREE_DAY', 'LIMIT_PRO_HOUR', 'LIMIT_PRO_DAY'],
  notification: ['MAIL_FROM'],
}

/** The whole environment of one process of a service. It gets what it uses and nothing else: no other service's secrets. */
export function serviceEnvironment(service: ServiceName, port: number, context: ServiceContext): Record<string, string> {
  const { given, infrastructureUrls, secrets, compileCache, logLevel } = context
  const keys = Object.values(secrets.signingKeys).map(publicJwkOf)
  return {
    ...pick(given, [...machineVariables, ...Object.keys(given).filter((name) => name.startsWith('OTEL_'))]),
    NODE_ENV: 'development',
    NODE_COMPILE_CACHE: compileCache,
    LOG_LEVEL: logLevel,
    HOST: '127.0.0.1',
    PORT: String(port),
    SHUTDOWN_TIMEOUT_MS: '8000',
    OTEL_SERVICE_NAME: service,
    DATABASE_URL: context.databaseUrls[service],
    NATS_URL: infrastructureUrls.nats,
    REDIS_URL: infrastructureUrls.redis,
    PRINCIPAL_JWKS: JSON.stringify({ keys }),
    ...pick(given, givenVariables[service] ?? []),
    ...ownVariables(service, context),
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
      return { AI_ROUTER_URL: serviceUrls['ai-router'], PRINCIPAL_SIGNING_KEY: JSON.stringify(secrets.signingKeys.chat) }
    case 'ai-router':
      return { ...providerVariables('OPENAI', providers.openai), ...providerVariables('ANTHROPIC', providers.anthropic) }
    case 'notification':
      return { SMTP_URL: context.smtpUrl, PUBLIC_URL: publicUrl }
    case 'usage':
    case 'billing':
      return {}
  }
}

function providerVariables(prefix: string, { apiKey, baseUrl, isSimulated }: ProviderAccess): Record<string, string> {
  return {
    [`${prefix}_API_KEY`]: apiKey,
    ...(baseUrl ? { [`${prefix}_BASE_URL`]: baseUrl } : {}),
    [`${prefix}_SIMULATED`]: String(isSimulated),
  }
}

function pick(source: Environment, names: string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => (source[name] ? [[name, source[name]]] : [])))
}

import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { generateSigningJwk, type PrivateJwk } from '@parley/principal'
import { type ServiceName, serviceNames } from './service-names.ts'

/** Everything this installation made up for itself. Made once; losing the file means `--fresh`. */
export interface Secrets {
  postgresPassword: string
  natsPassword: string
  redisPassword: string
  /** Of each database's owner (migrations) and of the service. */
  databases: Record<ServiceName, { owner: string; service: string }>
  /** Private Ed25519 keys of the services that sign principals. */
  signingKeys: { gateway: PrivateJwk; chat: PrivateJwk }
  passwordPepper: string
  /** 32 bytes, base64. */
  keyEncryptionKey: string
  /** `id:key`, 32 bytes in base64: what ai-router encrypts providers' keys with. */
  providerKeyEncryptionKeys: string
  adminPassword: string
}

/**
 * Reads the secrets file; makes it, readable for its owner only, when there is none. What a newer version needs besides is
 * added to an older version's file.
 */
export async function openSecrets(file: string): Promise<Secrets> {
  const known = existsSync(file) ? readSecrets(file) : {}
  const made = await makeSecrets()
  if (Object.keys(made).every((name) => name in known)) return known as Secrets
  const secrets = { ...made, ...known }
  // Written beside and moved into place: a run that is killed here leaves no half of a file.
  writeFileSync(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
  return secrets
}

async function makeSecrets(): Promise<Secrets> {
  const password = () => randomBytes(24).toString('base64url')
  const databases = serviceNames.map((name) => [name, { owner: password(), service: password() }])
  const [gateway, chat] = await Promise.all([generateSigningJwk('gateway'), generateSigningJwk('chat')])
  return {
    postgresPassword: password(),
    natsPassword: password(),
    redisPassword: password(),
    databases: Object.fromEntries(databases),
    signingKeys: { gateway: gateway.privateJwk, chat: chat.privateJwk },
    passwordPepper: randomBytes(32).toString('base64'),
    keyEncryptionKey: randomBytes(32).toString('base64'),
    providerKeyEncryptionKeys: `first:${randomBytes(32).toString('base64')}`,
    adminPassword: randomBytes(12).toString('base64url'),
  }
}

function readSecrets(file: string): Partial<Secrets> {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new Error(`${file} cannot be read as JSON. Put it back from a copy, or start with --fresh, which forgets all data.`, { cause })
  }
}

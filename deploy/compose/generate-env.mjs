// Prints a .env for compose.yaml with secrets of its own: node deploy/compose/generate-env.mjs > deploy/compose/.env
// Plain JavaScript for Node 20 or later without any package, so it also runs in a bare container (see README.md).
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'

const example = readFileSync(new URL('./.env.example', import.meta.url), 'utf8')
const password = () => randomBytes(24).toString('base64url')
const keys = { gateway: signingKey('gateway'), chat: signingKey('chat') }

const values = {
  GATEWAY_SIGNING_KEY: JSON.stringify(keys.gateway.privateJwk),
  CHAT_SIGNING_KEY: JSON.stringify(keys.chat.privateJwk),
  PRINCIPAL_JWKS: JSON.stringify({ keys: [keys.gateway.publicJwk, keys.chat.publicJwk] }),
  PASSWORD_PEPPER: randomBytes(32).toString('base64'),
  KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
  PROVIDER_KEY_ENCRYPTION_KEYS: `first:${randomBytes(32).toString('base64')}`,
}

/** Every value that the example leaves to be made up is made up; everything else stays as it is there. */
const lines = example.split('\n').map((line) => {
  const [, name] = /^([A-Z_]+)=change-me$/.exec(line) ?? []
  return name ? `${name}='${values[name] ?? password()}'` : line
})
process.stdout.write(lines.join('\n'))

function signingKey(kid) {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { d, ...publicJwk } = { ...privateKey.export({ format: 'jwk' }), kid, alg: 'EdDSA', use: 'sig' }
  return { privateJwk: { ...publicJwk, d }, publicJwk }
}

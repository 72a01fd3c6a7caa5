import { commonConfig, json, loadConfig, planLimitsConfig, seconds, url } from '@parley/config'
import { z } from 'zod'

const shape = {
  ...commonConfig,
  ...planLimitsConfig,
  /** A reservation that no event of its turn has ended by then is given back. */
  RESERVATION_TTL_S: seconds().default(270),
  DATABASE_URL: url('postgres', 'postgresql'),
  NATS_URL: url('nats', 'tls'),
  PRINCIPAL_JWKS: json(z.object({ keys: z.array(z.looseObject({ kid: z.string() })) })),
}

/** The environment of this service; the README has the table. Throws ConfigError. */
export const readConfig = (env: NodeJS.ProcessEnv = process.env) => loadConfig(shape, env)

export type Config = ReturnType<typeof readConfig>

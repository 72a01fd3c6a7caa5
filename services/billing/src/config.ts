import { commonConfig, json, loadConfig, planLimitsConfig, url } from '@parley/config'
import { z } from 'zod'

const shape = {
  ...commonConfig,
  ...planLimitsConfig,
  DATABASE_URL: url('postgres', 'postgresql'),
  NATS_URL: url('nats', 'tls'),
  PRINCIPAL_JWKS: json(z.object({ keys: z.array(z.looseObject({ kid: z.string() })) })),
}

/** The environment of this service; the README has the table. Throws ConfigError. */
export const readConfig = (env: NodeJS.ProcessEnv = process.env) => loadConfig(shape, env)

export type Config = ReturnType<typeof readConfig>

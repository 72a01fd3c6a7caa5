import { z } from 'zod'
import { milliseconds, port } from './fields.ts'

/** What every service reads. Spread it into the service's own shape. */
export const commonConfig = {
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** Address to listen on. */
  HOST: z.string().default('127.0.0.1'),
  /** 0 lets the system choose. */
  PORT: port().default(0),
  /** How long a drain may take before the process ends anyway. */
  SHUTDOWN_TIMEOUT_MS: milliseconds().default(10_000),
}

/** The environment as a frozen, typed object; wrong values as a list a person can act on. */

export { commonConfig } from './common-config.ts'
export { ConfigError, type ConfigProblem } from './config-error.ts'
export { flag, json, milliseconds, port, seconds, secret, url, usd, wholeNumber } from './fields.ts'
export { configOrExit, loadConfig } from './load-config.ts'
export { type PlanLimits, planLimits, planLimitsConfig } from './plan-limits.ts'

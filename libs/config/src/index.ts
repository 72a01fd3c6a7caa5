/** The environment as a frozen, typed object; wrong values as a list a person can act on. */

export { commonConfig } from './common-config.ts'
export { flag, json, milliseconds, port, seconds, secret, url, usd } from './fields.ts'
export { ConfigError, type ConfigProblem, configOrExit, loadConfig } from './load-config.ts'
export { type PlanLimits, planLimits, planLimitsConfig } from './plan-limits.ts'

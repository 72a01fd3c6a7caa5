/** What every service of the platform has in common at its HTTP border, and how it starts and ends. */

export type { App } from './app.ts'
export { createService, type ServiceOptions } from './create-service.ts'
export { decodeCursor, encodeCursor, type Position, toPage } from './cursor.ts'
export { remainingMs } from './deadline.ts'
export {
  CONNECTION_MAX_AGE_MS,
  createHttpClient,
  type HttpCall,
  type HttpClient,
  type HttpClientOptions,
} from './http-client.ts'
export { isDraining, markDraining } from './lifecycle.ts'
export { measurePressure, type Pressure } from './pressure.ts'
export { asAppError, sendProblem } from './problem-handler.ts'
export { requireAdmin, requireUser } from './request-principal.ts'
export { type RunningService, type RunOptions, runService } from './run-service.ts'

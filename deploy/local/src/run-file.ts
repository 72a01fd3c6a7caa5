import { renameSync, writeFileSync } from 'node:fs'
import type { ServiceName } from './service-names.ts'

/** What `run.json` tells scripts about the running platform. */
export interface Run {
  url: string
  /** Null when mails are really sent (SMTP_URL). */
  inboxUrl: string | null
  admin: { email: string; password: string }
  services: Record<ServiceName, { pid: number; url: string }[]>
  /** `pid` is null for a server that was given. */
  infrastructure: Record<'postgres' | 'redis' | 'nats', { url: string; pid: number | null }>
  /** The simulators in use; null where a real vendor is, or nothing needs one yet. */
  simulators: Record<'openai' | 'anthropic' | 'gemini' | 'cohere' | 'stripe', string | null>
}

/** Moved into place, so a reader finds the old or the new one and never half of it. Holds passwords: owner only. */
export function writeRunFile(file: string, run: Run): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${file}.new`, file)
}

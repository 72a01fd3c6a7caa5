import { hostname } from 'node:os'
import { parseArgs } from 'node:util'
import { configOrExit } from '@parley/config'
import { openPrisma } from '@parley/database'
import { v7 as newId } from 'uuid'
import { PrismaClient } from '../prisma/generated/client.ts'
import { readRetentionConfig } from './config.ts'
import { deleteOldConversations } from './retention/delete-old-conversations.ts'
import { createOldConversationStore, type OldConversations } from './retention/old-conversations.store.ts'
import { createRoundStore } from './retention/rounds.store.ts'

/** Counting what all users have may take its time. */
const STATEMENT_TIMEOUT_MS = 10 * 60_000

const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } })
const config = configOrExit(readRetentionConfig)
const prisma = openPrisma(PrismaClient, {
  url: config.DATABASE_URL,
  applicationName: 'chat-retention',
  statementTimeoutMs: STATEMENT_TIMEOUT_MS,
})
const oldConversations = createOldConversationStore(prisma, { months: config.RETENTION_MONTHS })

const say = (line: string) => process.stdout.write(`${line}\n`)
const amount = ({ users, conversations, messages }: OldConversations) =>
  `${conversations} conversations with ${messages} messages of ${users} users`

async function deleteNow(): Promise<void> {
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  const owner = `${hostname()}/${process.pid}/${newId()}`
  const onProgress = (soFar: OldConversations) => say(`so far ${amount(soFar)}`)
  const order = { owner, isOrdered: true, signal: stopping.signal }
  const round = await deleteOldConversations({ rounds: createRoundStore(prisma), oldConversations, onProgress }, order)
  if (round) say(`Deleted: ${amount(round)}.${round.isComplete ? '' : ' Interrupted; the next round goes on.'}`)
  else say('Another process is deleting old conversations right now. Nothing was done.')
  if (!round?.isComplete) process.exitCode = 1
}

try {
  if (values['dry-run']) say(`Would delete: ${amount(await oldConversations.count())}. Nothing was changed.`)
  else await deleteNow()
} finally {
  await prisma.$disconnect()
}

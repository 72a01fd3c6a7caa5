import { hostname } from 'node:os'
import { openDatabase, openPool } from '@parley/database'
import { connectBus, startRelay } from '@parley/messaging'
import { createPrincipalSigner, createPrincipalVerifier } from '@parley/principal'
import { measurePressure } from '@parley/service-kit'
import type { Logger } from '@parley/telemetry'
import { v7 as newId } from 'uuid'
import { PrismaClient } from '../prisma/generated/client.ts'
import type { AdmissionLimits } from './admission/limits.ts'
import { type AfterTurn, createAfterTurns } from './chores/after-turns.ts'
import { createChoreStore } from './chores/chores.store.ts'
import { createCompletions } from './clients/ai-router.client.ts'
import { createCheapModel } from './clients/cheap-model.client.ts'
import { openCostBounds } from './clients/cost-bounds.client.ts'
import { openModelWindows } from './clients/model-windows.client.ts'
import { createExpenses, createQuota } from './clients/usage.client.ts'
import type { Config } from './config.ts'
import { createContextStore } from './context/context.store.ts'
import { createContexts } from './context/contexts.ts'
import { createSummaryStore } from './context/summaries.store.ts'
import { summariseOlder } from './context/summarise.ts'
import { estimateTokens, mostTokens } from './context/tokens.ts'
import { createConversationStore } from './conversations/conversations.store.ts'
import { createDeleteConversation } from './conversations/delete-conversation.ts'
import { createConversationDeletionStore } from './conversations/deletions.store.ts'
import { makeTitle } from './conversations/make-title.ts'
import { createTitleStore } from './conversations/titles.store.ts'
import { createExportStore } from './exports/exports.store.ts'
import { createFeedbackStore } from './feedback/feedback.store.ts'
import { createInstructionStore } from './instructions/instructions.store.ts'
import { createMessageStore } from './messages/messages.store.ts'
import { createPathStore } from './messages/paths.store.ts'
import { createPromptStore } from './prompts/prompts.store.ts'
import { createOldConversationStore } from './retention/old-conversations.store.ts'
import { followRetentionChoices } from './retention/preferences-changed.consumer.ts'
import { deleteOldConversationsHourly } from './retention/retention.job.ts'
import { createRoundStore } from './retention/rounds.store.ts'
import { createSearchStore } from './search/search.store.ts'
import { createShareStore } from './sharing/shares.store.ts'
import { fillInFigures } from './turns/call-completed.consumer.ts'
import { type Clocks, defaultClocks } from './turns/clocks.ts'
import { createEndingStore } from './turns/endings.store.ts'
import { keepLeases } from './turns/leases.job.ts'
import { createLeaseStore } from './turns/leases.store.ts'
import { keepReadersInformed } from './turns/pulse.job.ts'
import { createRunningTurns } from './turns/running-turns.ts'
import { saveSnapshots } from './turns/snapshots.job.ts'
import { watchForLostTurns } from './turns/take-over.job.ts'
import { followTurnBroadcasts } from './turns/turn-broadcasts.consumer.ts'
import { createTurnStore } from './turns/turns.store.ts'
import { followWaitingTurns } from './turns/turns-waiting.consumer.ts'

/** An event loop that is this late at a tenth of the looks has no time for what can wait. An idle one shows about 10 ms. */
const BUSY_DELAY_MS = 20

export type Deps = Awaited<ReturnType<typeof openDeps>>

/** Opens everything and begins to look for turns that lost their owner. `clocks` is for tests that cannot wait. */
export async function openDeps(config: Config, logger: Logger, clocks: Clocks = clocksOf(config)) {
  const owner = `${hostname()}/${process.pid}/${newId()}`
  const database = {
    url: config.DATABASE_URL,
    applicationName: 'chat',
    onIdleError: (err: Error) => logger.warn({ err }, 'a connection died'),
  }
  const { prisma, sql } = openDatabase(PrismaClient, database)
  const pool = openPool({ ...database, applicationName: 'chat-relay', poolSize: 2 })
  const bus = await connectBus({ url: config.NATS_URL, name: 'chat', logger })
  const relay = startRelay({ bus, pool, logger })

  const principals = createPrincipalVerifier({ jwks: config.PRINCIPAL_JWKS })
  const signer = createPrincipalSigner({ privateJwk: config.PRINCIPAL_SIGNING_KEY })
  const completions = createCompletions({ baseUrl: config.AI_ROUTER_URL, principals: signer, logger })
  const costBounds = openCostBounds({ bus, logger })
  const cheapModel = createCheapModel(completions, createExpenses({ bus, costBounds }))
  const windows = openModelWindows({ baseUrl: config.AI_ROUTER_URL, principals: signer, bus, logger })
  const mostInputTokens = mostTokens(config.CONTEXT_MAX_TOKENS + estimateTokens(config.SYSTEM_PROMPT))
  const quota = createQuota({ bus, costBounds, mostInputTokens })

  const conversations = createConversationStore(prisma)
  const deleteConversation = createDeleteConversation({ deletions: createConversationDeletionStore(sql, relay), bus })
  const messages = createMessageStore(sql)
  const paths = createPathStore(sql)
  const search = createSearchStore(sql)
  const shares = createShareStore(prisma)
  const exported = createExportStore(sql)
  const feedback = createFeedbackStore(sql)
  const prompts = createPromptStore(prisma)
  const rounds = createRoundStore(sql)
  const oldConversations = createOldConversationStore(prisma, { months: config.RETENTION_MONTHS })
  const instructions = createInstructionStore(prisma)
  const summaries = createSummaryStore(sql)
  const chores = createChoreStore(sql)
  const contexts = createContexts({
    store: createContextStore(sql),
    windows,
    systemPrompt: config.SYSTEM_PROMPT,
    maxTokens: config.CONTEXT_MAX_TOKENS,
  })
  const summarising = { summaries, chores, cheapModel, windows }
  const titling = { titles: createTitleStore(sql), chores, cheapModel, bus }
  const title: AfterTurn = { kind: 'title', run: (turn, signal) => makeTitle(titling, turn, signal) }
  const summary: AfterTurn = {
    kind: 'summary',
    run: (turn, signal) =>
      summariseOlder(summarising, { ...turn, messageId: turn.assistantMessageId }, contexts.limitsOf(turn.model), signal),
  }
  const pressure = measurePressure()
  const afterTurns = createAfterTurns({
    chores: [...(config.TITLES ? [title] : []), ...(config.SUMMARIES ? [summary] : [])],
    isBusy: () => pressure.delayMs > BUSY_DELAY_MS,
    logger,
  })
  const turns = createTurnStore(sql)
  const leases = createLeaseStore(sql)
  const endings = createEndingStore(sql, relay)

  const limits = limitsOf(config)
  const running = createRunningTurns({
    ...{ bus, leases, endings, contexts, afterTurns, completions, limits, clocks, logger },
    systemPrompt: config.SYSTEM_PROMPT,
  })
  const takeOvers = watchForLostTurns({ owner, running, leases, bus, clocks, logger })
  const jobs = [
    keepLeases({ running, leases, clocks, logger }),
    saveSnapshots({ running, leases, clocks, logger }),
    keepReadersInformed({ owner, running, bus, clocks, logger }),
    followTurnBroadcasts({ bus, running }),
    followWaitingTurns({ owner, running, leases, bus, limits, pressure, clocks, logger }),
    fillInFigures({ bus, sql, endings, logger }),
    followRetentionChoices({ bus, sql, logger }),
    deleteOldConversationsHourly({ rounds, oldConversations, owner, logger }),
  ]

  return {
    ...{ config, logger, principals, prisma, bus, clocks, limits, pressure, owner, quota, costBounds, running },
    ...{ conversations, deleteConversation, messages, paths, turns, leases, endings },
    ...{ search, shares, exported, feedback, prompts },
    ...{ instructions, afterTurns, ...summarising },

    /** Takes nothing over any more and leaves what runs here to other replicas. */
    async drain(): Promise<void> {
      await takeOvers.stop()
      await running.handOver()
    },

    async close(): Promise<void> {
      await takeOvers.stop()
      await running.handOver()
      await Promise.all(jobs.map((job) => job.stop()))
      pressure.stop()
      costBounds.stop()
      await Promise.all([afterTurns.stop(), windows.stop()])
      await relay.stop()
      completions.close()
      await bus.close()
      await Promise.all([prisma.$disconnect(), pool.end()])
    },
  }
}

const clocksOf = (config: Config): Clocks => ({ ...defaultClocks, leaseMs: config.LEASE_MS, waitingAfterMs: config.WAITING_AFTER_MS })

const limitsOf = (config: Config): AdmissionLimits => ({
  runningPerUser: { free: config.TURNS_PER_USER_FREE, pro: config.TURNS_PER_USER_PRO, admin: config.TURNS_PER_USER_ADMIN },
  queuedPerUser: config.QUEUED_TURNS_PER_USER,
  runningPerReplica: config.TURNS_PER_REPLICA,
  queuedPerReplica: config.QUEUED_TURNS_PER_REPLICA,
  maxDelayMs: config.SHED_TURNS_AFTER_MS,
})

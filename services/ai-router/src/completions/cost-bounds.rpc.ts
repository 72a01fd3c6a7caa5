import { CallPurpose, requests } from '@parley/contracts'
import { type Bus, serve } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import { AUTO_ID, type Catalogue, type Model, type Plan, type Targets } from '../catalogue/catalogue.ts'
import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'
import { outputLimit } from '../routing/output-limit.ts'
import { costBoundOf } from './cost-bound.ts'

interface CostBoundDeps {
  bus: Bus
  catalogue: Pick<LiveCatalogue, 'current'>
  outputLimits: Readonly<Record<Plan, number>>
  logger: Logger
}

const plans: readonly Plan[] = ['free', 'pro', 'admin']

/** Answers rpc.ai.get-cost-bounds.v1: what each wish may cost at most, whoever stands in for the model that was wished for. */
export function serveCostBounds({ bus, catalogue, outputLimits, logger }: CostBoundDeps): { stop(): Promise<void> } {
  return serve(
    bus,
    requests.getCostBounds,
    async () => {
      const current = catalogue.current()
      const bounds = plans.flatMap((plan) =>
        wishesOf(current, plan).map(({ model, targets }) => ({
          ...{ purpose: CallPurpose.ANSWER, plan, model },
          ...costBoundOf(targets, (target) => outputLimit({ maxOutputTokens: 0, purpose: 'answer', plan }, target, outputLimits)),
        })),
      )
      const cheap = targetsOf(current.cheapestTargets())
      const own = (
        [
          ['title', CallPurpose.TITLE],
          ['summary', CallPurpose.SUMMARY],
        ] as const
      ).map(([purpose, word]) => ({
        purpose: word,
        ...costBoundOf(cheap, (target) => outputLimit({ maxOutputTokens: 0, purpose, plan: 'free' }, target, outputLimits)),
      }))
      return { bounds: [...bounds, ...own] }
    },
    { logger },
  )
}

/** What a user of the plan may ask for, and who may then answer. */
function wishesOf(catalogue: Catalogue, plan: Plan): { model: string; targets: Model[] }[] {
  const chat = catalogue.list(plan).filter(({ kind }) => kind === 'chat')
  // Which of them `auto` is depends on the length of the conversation.
  const auto = chat.filter(({ defaultRank }) => defaultRank !== null).flatMap(({ id }) => targetsOf(catalogue.targetsFor(id, plan)))
  return [
    { model: AUTO_ID, targets: [...targetsOf(catalogue.targetsFor(AUTO_ID, plan)), ...auto] },
    ...chat.map(({ id }) => ({ model: id, targets: targetsOf(catalogue.targetsFor(id, plan)) })),
  ].filter(({ targets }) => targets.length > 0)
}

const targetsOf = (found: Targets): Model[] => (found.kind === 'found' ? [...found.targets] : [])

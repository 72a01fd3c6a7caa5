import { type Capability, isCapable, missingOf, type Needs, thatHold } from './needs.ts'
import { byPlan, isIncluded, type ModelPlan, type Plan } from './plan.ts'
import { type CachePolicy, drawOrder, type RouteRule } from './route-rule.ts'

export type { Plan } from './plan.ts'

/** A version of a model's price. All figures are integer micro-USD for one million tokens. */
export interface Price {
  id: string
  inputMicroUsdPerMillion: bigint
  cachedInputMicroUsdPerMillion: bigint
  outputMicroUsdPerMillion: bigint
}

export interface Model {
  id: string
  /** Key in the provider registry. */
  provider: string
  name: string
  vendorModel: string
  kind: 'chat' | 'embedding'
  capabilities: readonly Capability[]
  /** Tokens. */
  contextWindow: number
  /** 0 for models that write nothing. */
  maxOutputTokens: number
  /** Cheapest plan that may use it. */
  plan: ModelPlan
  isSimulated: boolean
  acceptsPrefill: boolean
  /** Lowest is chosen first; null: never chosen unasked. */
  defaultRank: number | null
  /** Neither the model nor its provider is switched off. */
  isEnabled: boolean
  price: Price
}

/** What can be answered with, at one moment. Immutable: a change of the tables makes a new one. */
export interface Catalogue {
  /**
   * What users see, in order: every real model, and simulated ones where their provider is simulated; what is switched off
   * or has no key is there as not available. The plan says what is used when none is chosen and hides nothing.
   */
  list(plan?: Plan): readonly ListedModel[]
  /**
   * Where a completion may go. `auto` and '' mean the default of the plan. Where an operator made a route for what is
   * wanted, that one; otherwise the wanted model, then models that may stand in for it (same plan, equally real or
   * simulated, another provider). Nothing is among them that is switched off or cannot do what is needed.
   */
  targetsFor(wanted: string, plan: Plan, needs?: Needs): Targets
  /**
   * For what the platform asks by itself, at its own expense: the cheapest model there is, whatever plan may use it, and
   * then the cheapest one of another provider. Simulated models only where there is no real one.
   */
  cheapestTargets(needs?: Needs): Targets
  /**
   * The wanted embedding model alone, since vectors of two models cannot be compared; where an operator made a route for it,
   * the route's: models that he knows to be the same one at several providers.
   */
  embeddingModel(wanted: string, plan: Plan): Targets
  /** Of a model of any plan, whether or not it may be asked at this moment; undefined for an unknown one. */
  kindOf(modelId: string): Model['kind'] | undefined
  /** May it be asked at this moment? Targets were chosen earlier, and what was switched off since must not be asked. */
  mayAsk(modelId: string): boolean
}

export interface ListedModel extends Model {
  isAvailable: boolean
  isDefault: boolean
}

/** Where a completion goes. */
export interface Route {
  /** What may answer, in the order in which it is asked. */
  targets: readonly [Model, ...Model[]]
  /** The second target is asked as well when the first takes longer to its first token than it usually does. */
  isHedged: boolean
  /** Whether answers are kept for identical requests; null: never. */
  cache: CachePolicy | null
}

export type Targets =
  | ({ kind: 'found' } & Route)
  /** Unknown, not configured, or above the plan. */
  | { kind: 'not_allowed' }
  /** There is such a model, or there are models for `auto`, and none can do what the request needs. */
  | { kind: 'not_capable'; missing: readonly Capability[] }
  /** Nothing that might answer is available: no provider of it is configured, or all are switched off. */
  | { kind: 'none_configured' }

/** Is a provider configured, and is it the vendor or our simulator? */
export type ProviderMode = (provider: string) => 'real' | 'simulated' | undefined

/** What a route for requests without a wish of their own is kept under. */
export const AUTO_ID = 'auto'
export const isAuto = (wanted: string): boolean => wanted === '' || wanted === AUTO_ID

/** A title or a summary reads a lot and writes a little: what one costs is about so many tokens of input for one of output. */
const INPUT_WEIGHT = 10n
const costOf = ({ price }: Model): bigint => INPUT_WEIGHT * price.inputMicroUsdPerMillion + price.outputMicroUsdPerMillion

const realFirst = (one: Model, other: Model): number => Number(one.isSimulated) - Number(other.isSimulated)

/** What the tables say besides models. */
interface CatalogueOptions {
  rules?: readonly RouteRule[]
  /** A number from 0 to below 1; draws among equals. */
  random?: () => number
}

/** @param models in the order in which lists show them */
export function createCatalogue(
  models: readonly Model[],
  modeOf: ProviderMode,
  { rules = [], random = Math.random }: CatalogueOptions = {},
): Catalogue {
  const available = models.filter(
    ({ isEnabled, isSimulated, provider }) => isEnabled && modeOf(provider) === (isSimulated ? 'simulated' : 'real'),
  )
  const availableIds = new Map(available.map((model) => [model.id, model]))
  const chat = available.filter(({ kind }) => kind === 'chat')
  const byDefaultRank = chat
    .filter(({ defaultRank }) => defaultRank !== null)
    .sort((one, other) => realFirst(one, other) || (one.defaultRank ?? 0) - (other.defaultRank ?? 0))
  const cheapestFirst = equallyReal(chat.toSorted((one, other) => realFirst(one, other) || Number(costOf(one) - costOf(other))))

  const isAllowed = (model: Model, plan: Plan) => isIncluded(model.plan, plan)
  const ruleFor = (wanted: string, plan: Plan) =>
    rules.filter((rule) => rule.wanted === wanted && isIncluded(rule.plan, plan)).toSorted(byPlan)[0]

  const ofRule = (rule: RouteRule, plan: Plan, draw: () => number, kind: Model['kind'] = 'chat'): Model[] =>
    drawOrder(rule.targets, draw).flatMap((id) => {
      const model = availableIds.get(id)
      return model?.kind === kind && isAllowed(model, plan) ? [model] : []
    })

  function byRule(rule: RouteRule, plan: Plan, needs: Needs): Targets {
    const usable = ofRule(rule, plan, random)
    const [first, ...others] = thatHold(capableOf(usable, needs), needs)
    if (first) return { kind: 'found', targets: [first, ...others], isHedged: rule.isHedged, cache: rule.cache }
    return noneOf(usable, needs)
  }

  function byDefault(plan: Plan, needs: Needs): Targets {
    const allowed = equallyReal(byDefaultRank.filter((model) => isAllowed(model, plan)))
    const [model] = thatHold(capableOf(allowed, needs), needs)
    return model ? withStandIns(model, needs) : noneOf(allowed, needs)
  }

  function withStandIns(model: Model, needs: Needs): Targets {
    const { plan, isSimulated, provider } = model
    const standIns = capableOf(chat, needs).filter(
      (other) => other.plan === plan && other.isSimulated === isSimulated && other.provider !== provider && isHolding(other, needs),
    )
    return unrouted(model, ...standIns)
  }

  function defaultOf(plan: Plan): Model | undefined {
    const rule = ruleFor(AUTO_ID, plan)
    return rule ? ofRule(rule, plan, () => 0)[0] : byDefaultRank.find((model) => isAllowed(model, plan))
  }

  return {
    list(plan = 'free') {
      const standard = defaultOf(plan)
      return models
        .filter((model) => !model.isSimulated || modeOf(model.provider) === 'simulated')
        .map((model) => ({ ...model, isAvailable: availableIds.has(model.id), isDefault: model.id === standard?.id }))
    },
    targetsFor(wanted, plan, needs = {}) {
      const rule = ruleFor(isAuto(wanted) ? AUTO_ID : wanted, plan)
      if (isAuto(wanted)) return rule ? byRule(rule, plan, needs) : byDefault(plan, needs)
      const model = models.find(({ id, kind }) => id === wanted && kind === 'chat')
      if (!model || !isAllowed(model, plan)) return { kind: 'not_allowed' }
      if (rule) return byRule(rule, plan, needs)
      if (!availableIds.has(wanted)) return { kind: 'not_allowed' }
      return isCapable(model, needs) ? withStandIns(model, needs) : noneOf([model], needs)
    },
    cheapestTargets(needs = {}) {
      const [cheapest, ...dearer] = thatHold(capableOf(cheapestFirst, needs), needs)
      if (!cheapest) return noneOf(cheapestFirst, needs)
      return unrouted(cheapest, ...dearer.filter(({ provider }) => provider !== cheapest.provider))
    },
    embeddingModel(wanted, plan) {
      const known = models.find(({ id, kind }) => id === wanted && kind === 'embedding')
      if (!known || !isAllowed(known, plan)) return { kind: 'not_allowed' }
      const rule = ruleFor(wanted, plan)
      const [first, ...others] = rule ? ofRule(rule, plan, random, 'embedding') : [...(availableIds.has(wanted) ? [known] : [])]
      if (first) return unrouted(first, ...others)
      return rule ? { kind: 'none_configured' } : { kind: 'not_allowed' }
    },
    kindOf: (modelId) => models.find(({ id }) => id === modelId)?.kind,
    mayAsk: (modelId) => availableIds.has(modelId),
  }
}

const unrouted = (...targets: [Model, ...Model[]]): Targets => ({ kind: 'found', targets, isHedged: false, cache: null })

/** Whatever a real model cannot do, a simulated one does not do in its place. */
const equallyReal = (models: readonly Model[]): readonly Model[] =>
  models.filter(({ isSimulated }) => isSimulated === models[0]?.isSimulated)

const capableOf = (models: readonly Model[], needs: Needs): readonly Model[] => models.filter((model) => isCapable(model, needs))

const isHolding = ({ contextWindow }: Model, { tokens = 0 }: Needs): boolean => contextWindow >= tokens

/** Why none of them answers: there is none, or none can. */
function noneOf([first]: readonly Model[], needs: Needs): Targets {
  return first ? { kind: 'not_capable', missing: missingOf(first, needs) } : { kind: 'none_configured' }
}

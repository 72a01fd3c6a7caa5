/** Plans of the platform; an administrator may use everything. */
export type Plan = 'free' | 'pro' | 'admin'
export type ModelPlan = 'free' | 'pro'

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
  /** Tokens. */
  contextWindow: number
  maxOutputTokens: number
  /** Cheapest plan that may use it. */
  plan: ModelPlan
  isSimulated: boolean
  acceptsPrefill: boolean
  /** Lowest is chosen first; null: never chosen unasked. */
  defaultRank: number | null
  price: Price
}

/** What can be answered with, at one moment. Immutable: a change of the tables makes a new one. */
export interface Catalogue {
  /** What users see, in order: every real model, and simulated ones where their provider is simulated. */
  list(): readonly ListedModel[]
  /**
   * Where a completion may go: the wanted model, then models that may stand in for it (same plan, equally real or
   * simulated, another provider). `auto` and '' mean the default of the plan.
   */
  targetsFor(wanted: string, plan: Plan): Targets
  /**
   * For what the platform asks by itself, at its own expense: the cheapest model there is, whatever plan may use it, and
   * then the cheapest one of another provider. Simulated models only where there is no real one.
   */
  cheapestTargets(): Targets
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

export interface CachePolicy {
  lifetimeS: number
  /** Above it an answer is meant to differ each time. */
  maxTemperature: number
  /** Whom an answer may be given to again: the user who asked, or everybody. Never everybody where anything is personal. */
  scope: 'user' | 'everybody'
}

export type Targets =
  | ({ kind: 'found' } & Route)
  /** Unknown, not configured, or above the plan. */
  | { kind: 'not_allowed' }
  /** No provider is configured for the plan's default. */
  | { kind: 'none_configured' }

/** Is a provider configured, and is it the vendor or our simulator? */
export type ProviderMode = (provider: string) => 'real' | 'simulated' | undefined

const AUTO = new Set(['', 'auto'])
export const isAuto = (wanted: string): boolean => AUTO.has(wanted)
const RANK: Readonly<Record<Plan, number>> = { free: 0, pro: 1, admin: 2 }

/** A title or a summary reads a lot and writes a little: what one costs is about so many tokens of input for one of output. */
const INPUT_WEIGHT = 10n
const costOf = ({ price }: Model): bigint => INPUT_WEIGHT * price.inputMicroUsdPerMillion + price.outputMicroUsdPerMillion

/** @param models in the order in which lists show them */
export function createCatalogue(models: readonly Model[], modeOf: ProviderMode): Catalogue {
  const available = models.filter((model) => modeOf(model.provider) === (model.isSimulated ? 'simulated' : 'real'))
  const byDefaultRank = available
    .filter((model) => model.defaultRank !== null)
    .sort((one, other) => (one.defaultRank ?? 0) - (other.defaultRank ?? 0))
  const listed = models
    .filter((model) => !model.isSimulated || modeOf(model.provider) === 'simulated')
    .map((model) => ({ ...model, isAvailable: available.includes(model), isDefault: model === byDefaultRank[0] }))

  const [cheapest, ...dearer] = available.toSorted((one, other) => {
    if (one.isSimulated !== other.isSimulated) return one.isSimulated ? 1 : -1
    return Number(costOf(one) - costOf(other))
  })

  const isAllowed = (model: Model, plan: Plan) => RANK[model.plan] <= RANK[plan]
  const standInsFor = (wanted: Model) =>
    available.filter(
      ({ plan, isSimulated, provider }) => plan === wanted.plan && isSimulated === wanted.isSimulated && provider !== wanted.provider,
    )

  return {
    list: () => listed,
    targetsFor(wanted, plan) {
      const model = isAuto(wanted)
        ? byDefaultRank.find((candidate) => isAllowed(candidate, plan))
        : available.find((candidate) => candidate.id === wanted && isAllowed(candidate, plan))
      if (model) return { kind: 'found', targets: [model, ...standInsFor(model)], isHedged: false, cache: null }
      return { kind: isAuto(wanted) ? 'none_configured' : 'not_allowed' }
    },
    cheapestTargets() {
      if (!cheapest) return { kind: 'none_configured' }
      const standIns = dearer.filter(({ provider, isSimulated }) => provider !== cheapest.provider && isSimulated === cheapest.isSimulated)
      return { kind: 'found', targets: [cheapest, ...standIns], isHedged: false, cache: null }
    },
  }
}

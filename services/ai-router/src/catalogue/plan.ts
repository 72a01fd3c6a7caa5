/** Plans of the platform; an administrator may use everything. */
export type Plan = 'free' | 'pro' | 'admin'
/** Plans that models and routes are for. */
export type ModelPlan = 'free' | 'pro'

const RANK: Readonly<Record<Plan, number>> = { free: 0, pro: 1, admin: 2 }

/** Is what is for `modelPlan` there for somebody on `plan`, too? */
export const isIncluded = (modelPlan: ModelPlan, plan: Plan): boolean => RANK[modelPlan] <= RANK[plan]

/** The highest plan first. */
export const byPlan = (one: { plan: ModelPlan }, other: { plan: ModelPlan }): number => RANK[other.plan] - RANK[one.plan]

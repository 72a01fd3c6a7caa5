import type { PlanLimits } from '@parley/config'
import type { usageApi } from '@parley/contracts/public'
import type { PrismaClient } from '../../prisma/generated/client.ts'

export type PlansStore = ReturnType<typeof createPlansStore>

/** The plans on offer; how many messages each includes is the platform's configuration, not a row. */
export function createPlansStore(prisma: PrismaClient, limits: Record<'free' | 'pro', PlanLimits>) {
  return {
    async list(): Promise<usageApi.Plan[]> {
      const plans = await prisma.plan.findMany({ orderBy: { position: 'asc' } })
      return plans.map((plan) => {
        const id = plan.id as 'free' | 'pro'
        return {
          id,
          name: plan.name,
          description: plan.description,
          monthlyPriceCents: plan.monthlyPriceCents,
          yearlyPriceCents: plan.yearlyPriceCents,
          messagesPerHour: limits[id].hour,
          messagesPerDay: limits[id].day,
          features: plan.features,
        }
      })
    },
  }
}

import { usdToMicroUsd } from '@parley/contracts'
import { spendCapsApi } from '@parley/contracts/public'
import { type App, requireAdmin } from '@parley/service-kit'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { errors } from '../errors.ts'
import type { CapSubject, Caps, CapsStore } from './caps.store.ts'
import { shownPlan, shownPlatform, shownUser } from './shown-spend.ts'
import { PLATFORM } from './spend-cap.ts'

const PATH = '/api/v1/admin/usage/spend-caps'

/** Administrators see what is spent against which cap, and set caps. */
export function spendCapRoutes(app: App, { caps }: { caps: CapsStore }): void {
  const tags = ['admin']
  const { platformCapBody, planParams, userCapBody, userParams } = spendCapsApi

  async function set(request: FastifyRequest, subject: CapSubject, { month, day }: Caps): Promise<void> {
    const { userId: actorId } = requireAdmin(request)
    await caps.set(subject, { month, day }, actorId)
  }

  async function remove(request: FastifyRequest, subject: CapSubject): Promise<void> {
    const { userId: actorId } = requireAdmin(request)
    if (!(await caps.remove(subject, actorId))) throw errors.spend_cap_not_set()
  }

  const all = async () => {
    const [platform, free, pro] = await Promise.all([caps.platform(), caps.plan('free'), caps.plan('pro')])
    return { platform: shownPlatform(platform), plans: { free: shownPlan(free), pro: shownPlan(pro) } }
  }
  const user = async (userId: string) => ({ user: shownUser(await caps.user(userId)) })

  app.get(
    PATH,
    { schema: { tags, summary: 'Spending caps of the platform and of plans', response: { 200: spendCapsApi.spendCaps } } },
    (request) => {
      requireAdmin(request)
      return all()
    },
  )

  app.put(
    `${PATH}/platform`,
    {
      schema: { tags, summary: 'What all calls together may cost', body: platformCapBody, response: { 200: spendCapsApi.spendCaps } },
    },
    async (request) => {
      await set(request, 'platform', { month: amountOf(request.body.monthUsd), day: amountOf(request.body.dayUsd) })
      return all()
    },
  )
  app.delete(
    `${PATH}/platform`,
    { schema: { tags, summary: 'Back to the configuration', response: { 204: z.undefined() } } },
    async (request, answer) => {
      await remove(request, 'platform')
      return answer.code(204).send()
    },
  )

  app.put(
    `${PATH}/plans/:plan`,
    {
      schema: {
        ...{ tags, summary: 'What a user of this plan may spend', params: planParams, body: userCapBody },
        response: { 200: spendCapsApi.spendCaps },
      },
    },
    async (request) => {
      await set(request, request.params.plan, { month: amountOf(request.body.monthUsd), day: null })
      return all()
    },
  )
  app.delete(
    `${PATH}/plans/:plan`,
    { schema: { tags, summary: 'Back to the configuration', params: planParams, response: { 204: z.undefined() } } },
    async (request, answer) => {
      await remove(request, request.params.plan)
      return answer.code(204).send()
    },
  )

  app.get(
    `${PATH}/users`,
    {
      schema: {
        ...{ tags, summary: 'Users who have spent most this month', querystring: spendCapsApi.userSpendQuery },
        response: { 200: spendCapsApi.userSpendList },
      },
    },
    async (request) => {
      requireAdmin(request)
      return { items: (await caps.mostSpending(request.query.limit)).map(shownUser) }
    },
  )
  app.get(
    `${PATH}/users/:userId`,
    {
      schema: {
        ...{ tags, summary: 'What a user has spent this month, and may', params: userParams },
        response: { 200: spendCapsApi.userSpendReply },
      },
    },
    (request) => {
      requireAdmin(request)
      return user(request.params.userId)
    },
  )
  app.put(
    `${PATH}/users/:userId`,
    {
      schema: {
        ...{ tags, summary: 'What this user may spend, whatever the plan', params: userParams, body: userCapBody },
        response: { 200: spendCapsApi.userSpendReply },
      },
    },
    async (request) => {
      const { userId } = request.params
      if (userId === PLATFORM) throw errors.spend_cap_not_set({ internal: 'nobody has this id' })
      await set(request, { userId }, { month: amountOf(request.body.monthUsd), day: null })
      return user(userId)
    },
  )
  app.delete(
    `${PATH}/users/:userId`,
    { schema: { tags, summary: 'Back to the cap of the plan', params: userParams, response: { 204: z.undefined() } } },
    async (request, answer) => {
      await remove(request, { userId: request.params.userId })
      return answer.code(204).send()
    },
  )
}

const amountOf = (usd: string | null): bigint | null => (usd === null ? null : usdToMicroUsd(usd))

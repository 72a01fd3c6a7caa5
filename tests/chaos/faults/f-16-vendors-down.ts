import { setTimeout as delay } from 'node:timers/promises'
import type { chatApi } from '@parley/contracts/public'
import { waitFor } from '@parley/testing'
import { v7 as newId } from 'uuid'
import { toldLate, usedAsAnswered } from '../checks.ts'
import { repeatedly } from '../drive.ts'
import type { Fault, Run } from '../fault.ts'
import type { TurnRecord } from '../load/turn-record.ts'
import type { World } from '../world.ts'

/** Where every vendor is known to be away one is tried a second after the last time, and has its first token a little later. */
const NOTICED_WITHIN_MS = 2_000
const ANSWERED_WITHIN_MS = 30_000
const CODE = 'provider_unavailable'

const outages = [{ kind: 'status', status: 500 }, { kind: 'reset' }, { kind: 'status', status: 503 }] as const

/** People who ask in each outage, besides all the others: at once, and again when it is known that nobody answers. */
const ASKING = [20, 21, 22, 23] as const
const WAVES = 2

export const vendorsDown: Fault = {
  id: 'F-16',
  promise: 'all vendors down: a clear error within 5 s, the question is kept, nothing is charged, and asking again afterwards answers',
  prepare() {
    const askedAgain: string[] = []
    let failed: TurnRecord[] = []
    return {
      replicas: { chat: 2, gateway: 2, 'ai-router': 2 },
      allows: { failure: CODE },
      drive: repeatedly(
        async (run, number) => {
          const outage = await everythingDown(run, number)
          failed = outage.failed
          return outage.what
        },
        async ({ world }) => {
          await delay(NOTICED_WITHIN_MS)
          askedAgain.push(...(await Promise.all(failed.map((record) => askAgain(world, record)))).flat())
        },
      ),
      check: async (run) => [
        ...askedAgain,
        ...failedWithoutReason(run),
        ...failedOtherwise(run),
        ...toldLate(run),
        ...(await chargedAllTheSame(run)),
        ...(await usedAsAnswered(run)),
      ],
    }
  },
}

/** No vendor begins anything until those who asked know it; what was being written goes on. */
async function everythingDown({ world, streams }: Run, number: number): Promise<{ what: string; failed: TurnRecord[] }> {
  const fault = outages[number % outages.length] ?? outages[0]
  for (const task of [undefined, 'title', 'summary'] as const) world.vendorFaults.add(fault, { task, times: Number.POSITIVE_INFINITY })
  try {
    const failed: TurnRecord[] = []
    for (let wave = 0; wave < WAVES; wave += 1) {
      failed.push(...(await Promise.all(ASKING.map((person) => streams.ask(person, { expectedEnd: 'failed' })))))
    }
    return { what: `no vendor began an answer (${fault.kind}${'status' in fault ? ` ${fault.status}` : ''})`, failed }
  } finally {
    world.vendorFaults.clear()
  }
}

/** The button below an answer that failed; a finding when the question is gone or is not answered now. */
async function askAgain(world: World, { id, userId, conversationId, script }: TurnRecord): Promise<string[]> {
  const headers = { cookie: world.people.find((person) => person.userId === userId)?.cookie ?? '', 'sec-fetch-site': 'same-origin' }
  const api = `${world.gateways[0]}/api/v1`
  const messages = async (): Promise<chatApi.ChatMessage[]> => {
    const answer = await fetch(`${api}/conversations/${conversationId}/messages?limit=100`, { headers })
    return answer.ok ? ((await answer.json()) as { items: chatApi.ChatMessage[] }).items : []
  }
  const question = (await messages()).find(({ role, text }) => role === 'user' && text === script.prompt)
  if (!question) return [`turn ${id} failed, and its question is gone`]
  const answer = await fetch(`${api}/messages/${question.id}/regenerate`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': newId() },
    body: '{}',
  })
  if (answer.status !== 202) return [`turn ${id} could not be asked again: ${answer.status}`]
  const { turn } = (await answer.json()) as { turn: chatApi.Turn }
  const again = await waitFor(
    'the answer',
    async () => (await messages()).find((message) => message.id === turn.assistantMessageId && message.status !== 'running'),
    { timeoutMs: ANSWERED_WITHIN_MS, everyMs: 250 },
  ).catch(() => undefined)
  if (again?.status === 'completed' && again.text === script.expected) return []
  return [`turn ${id} was asked again as ${turn.id} and is ${again?.status ?? 'not answered'}`]
}

/** Everybody else may fail only while the vendors are down, and until it is noticed that they are back. */
function failedWithoutReason({ streams, windows }: Run): string[] {
  const hasReason = ({ sentAtMs, endAtMs }: TurnRecord) =>
    windows.some(({ madeAtMs, backAtMs }) => sentAtMs < backAtMs + NOTICED_WITHIN_MS && (endAtMs ?? 0) > madeAtMs)
  const others = streams.records.filter((record) => record.end === 'failed' && !hasReason(record))
  return others.map(({ id, error }) => `turn ${id} failed with ${error?.code} while vendors answered`)
}

function failedOtherwise({ streams }: Run): string[] {
  const wrong = streams.records.filter(({ end, error }) => end === 'failed' && error?.code !== CODE)
  return wrong.map(({ id, error }) => `turn ${id} failed with ${error?.code} instead of ${CODE}`)
}

async function chargedAllTheSame({ world, streams }: Run): Promise<string[]> {
  const failed = streams.records.filter(({ end }) => end === 'failed').map(({ id }) => id)
  const rows = await world.rows<{ turnId: string }>(
    'usage',
    `SELECT turn_id AS "turnId" FROM usage_event WHERE turn_id = ANY($1::uuid[]) AND account = 'user' AND cost_micro_usd > 0`,
    [failed],
  )
  return rows.map(({ turnId }) => `turn ${turnId} failed and is charged`)
}

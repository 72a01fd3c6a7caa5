import { setTimeout as delay } from 'node:timers/promises'
import type { Person } from '@parley/testing'
import type { Random } from '../random.ts'
import { type ChatClient, openChatClient, type Question } from './chat-client.ts'
import { defaultShape, type StreamShape, writeScript } from './script.ts'
import { isMidStream, type TurnRecord } from './turn-record.ts'

export interface StreamsOptions {
  people: readonly Person[]
  origin: string
  gateways: () => string[]
  /** Answers that are read at the same time. */
  count: number
  shape?: StreamShape
  /** See `Plan`. */
  models?: readonly (string | undefined)[]
  random: Random
}

/** A turn that has not ended so long after its last sign is given up and counts as lost. */
const GIVE_UP_AFTER_MS = 120_000
/** Questions in one conversation before a new one is begun. */
const QUESTIONS_A_CONVERSATION = 4

/** A question of a drive's own: how it begins, and orders to the scripted vendors. */
type Asked = Omit<Question, 'script'> & { opening?: string; orders?: string }

export type Streams = ReturnType<typeof startStreams>

/** Keeps a number of answers going: whenever one has ended, the same person asks the next question. */
export function startStreams({ people, origin, gateways, count, shape = defaultShape, models = [undefined], random }: StreamsOptions) {
  const records: TurnRecord[] = []
  const clients = people.map((person) => openChatClient({ person, origin, gateways, random }))
  let isGoingOn = true
  let isAbandoned = false
  let asked = 0

  const clientNumber = (index: number): ChatClient => {
    const client = clients[index % clients.length]
    if (!client) throw new Error('streams need people')
    return client
  }

  async function ask(client: ChatClient, question: Asked = {}): Promise<TurnRecord> {
    asked += 1
    const script = writeScript(asked, random, shape, question)
    const { record, ended } = client.ask({ ...question, script })
    records.push(record)
    await Promise.race([ended, untilGivenUp(record)])
    return record
  }

  async function keepAsking(client: ChatClient, model?: string): Promise<void> {
    // Not all in step.
    await delay(random.between(0, 1_000))
    let conversationId: string | null = null
    for (let number = 1; isGoingOn; number += 1) {
      const record = await ask(client, { model, conversationId: number % QUESTIONS_A_CONVERSATION === 0 ? null : conversationId })
      conversationId = record.end === 'completed' ? record.conversationId : null
    }
  }

  const workers = Array.from({ length: count }, (_, index) => keepAsking(clientNumber(index), models[index % models.length]))

  return {
    count,
    records: records as readonly TurnRecord[],
    /** One more question, besides those that are asked all the time. */
    ask: (personIndex: number, question?: Asked) => ask(clientNumber(personIndex), question),
    /** Clients that are connected to this gateway replica. */
    linesAt: (url: string) => clients.filter(({ gateway }) => gateway === url).length,
    running: () => records.filter(({ endAtMs }) => endAtMs === null),
    midStream: () => records.filter(isMidStream),
    /** Resolves when all these turns have ended or are given up. */
    async settled(turns: readonly TurnRecord[]): Promise<void> {
      while (turns.some((turn) => turn.endAtMs === null && !isGivenUp(turn))) await delay(50)
    },
    /** Asks no more and waits for the answers that are being written. */
    async finish(): Promise<void> {
      isGoingOn = false
      await Promise.all(workers)
      for (const client of clients) client.close()
    },
    /** Ends without waiting for any answer: nobody will look at them. */
    abandon(): void {
      isGoingOn = false
      isAbandoned = true
      for (const client of clients) client.close()
    },
  }

  async function untilGivenUp(record: TurnRecord): Promise<void> {
    while (record.endAtMs === null && !isAbandoned && !isGivenUp(record)) await delay(1_000)
  }
}

const lastSignMs = ({ sentAtMs, textAtMs }: TurnRecord): number => Math.max(sentAtMs, textAtMs.at(-1) ?? 0)
const isGivenUp = (record: TurnRecord): boolean => performance.now() - lastSignMs(record) > GIVE_UP_AFTER_MS

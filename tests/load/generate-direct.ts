import { Agent, type IncomingMessage, request } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type Percentiles, percentilesMs } from './percentiles.ts'
import { nowUs, readStampedTokens } from './stamped-token.ts'

export interface DirectOrder {
  kind: 'direct'
  /** Of the token source. */
  url: string
  turns: number
  /** Of one answer. */
  tokens: number
  /** A second and answer. */
  rate: number
  /** Over which the starts are spread. */
  rampMs: number
}

export interface DirectFigures {
  firstTokenMs: Percentiles
  tokenMs: Percentiles
  tokens: number
}

const NEWLINE = 0x0a

/** Reads answers straight from the vendor, over connections that are open already, as those of the platform are. */
export async function generateDirect({ url, turns, tokens, rate, rampMs }: DirectOrder): Promise<DirectFigures> {
  const agent = new Agent({ keepAlive: true })
  const firstUs: number[] = []
  const tokenUs: number[] = []

  function read(order: string, isMeasured: boolean): Promise<void> {
    const sentUs = nowUs()
    let hasFirst = false
    const onToken = (_index: number, stampUs: number): void => {
      const atUs = nowUs()
      if (isMeasured) tokenUs.push(atUs - stampUs)
      if (isMeasured && !hasFirst) firstUs.push(atUs - sentUs)
      hasFirst = true
    }
    const body = JSON.stringify({ model: 'bench', stream: true, messages: [{ role: 'user', content: order }] })
    return new Promise((resolve, reject) => {
      const onResponse = (response: IncomingMessage): void => {
        if (response.statusCode !== 200) return void reject(new Error(`the vendor answers ${response.statusCode}`))
        let rest: Buffer = Buffer.alloc(0)
        response.on('data', (chunk: Buffer) => {
          const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
          const end = bytes.lastIndexOf(NEWLINE) + 1
          rest = bytes.subarray(end)
          readStampedTokens(bytes.subarray(0, end), onToken)
        })
        response.once('end', resolve).once('error', reject)
      }
      request(`${url}/v1/chat/completions`, { method: 'POST', agent, headers: { 'content-type': 'application/json' } }, onResponse)
        .once('error', reject)
        .end(body)
    })
  }

  await Promise.all(Array.from({ length: turns }, () => read('bench tokens=2 rate=20', false)))
  await Promise.all(
    Array.from({ length: turns }, async (_, index) => {
      await delay((rampMs * index) / turns)
      await read(`bench tokens=${tokens} rate=${rate}`, true)
    }),
  )
  agent.destroy()
  return { firstTokenMs: percentilesMs(firstUs), tokenMs: percentilesMs(tokenUs), tokens: tokenUs.length }
}

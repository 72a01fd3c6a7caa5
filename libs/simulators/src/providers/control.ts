import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Fault, isFaultKind } from './answer-source.ts'
import type { FaultOrders, FaultTarget } from './fault-orders.ts'
import type { Pace } from './pace.ts'
import type { RequestLog } from './request-log.ts'

interface ControlDeps {
  log: RequestLog
  faults: FaultOrders
  setPace(pace: Partial<Pace>): void
}

/**
 * Steers a simulator that runs in another process:
 * GET /requests, POST /faults `{fault, times?, provider?, model?, task?}` (times -1: until DELETE), DELETE /faults, PUT /pace.
 */
export async function handleControl(deps: ControlDeps, request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
  const reply = (status: number, body?: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(body === undefined ? undefined : JSON.stringify(body))
    return true
  }
  switch (`${request.method} ${path}`) {
    case 'GET /requests':
      return reply(200, { items: deps.log.requests() })
    case 'POST /faults': {
      const { fault, times, ...target } = (await readJson(request)) as { fault?: Fault; times?: number } & FaultTarget
      if (!fault || !isFaultKind(fault.kind)) return reply(400, { message: `there is no fault ${JSON.stringify(fault?.kind ?? null)}` })
      deps.faults.add(fault, { ...target, ...(times === undefined ? {} : { times: times < 0 ? Number.POSITIVE_INFINITY : times }) })
      return reply(204)
    }
    case 'DELETE /faults':
      deps.faults.clear()
      return reply(204)
    case 'PUT /pace':
      deps.setPace((await readJson(request)) as Partial<Pace>)
      return reply(204)
    default:
      return reply(404, { message: 'unknown control' })
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) text += chunk
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

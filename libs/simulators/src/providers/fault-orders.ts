import type { Fault, ProviderName, RequestTask } from './answer-source.ts'

/** Which requests a fault is meant for; what is left out fits every request. */
export interface FaultTarget {
  provider?: ProviderName
  model?: string
  /** Left out, answers alone: a title in the background uses up no fault that was meant for a turn. */
  task?: RequestTask
}

interface Order extends FaultTarget {
  fault: Fault
  /** How many more requests get it. */
  times: number
}

/** Faults ordered for coming requests, first ordered, first served. */
export interface FaultOrders {
  /** `times` Infinity (an outage) lasts until `clear`. Default 1. */
  add(fault: Fault, options?: FaultTarget & { times?: number }): void
  clear(): void
  /** The fault the next request of this kind gets; uses it up. */
  take(provider: ProviderName, model: string, task?: RequestTask): Fault | undefined
}

export function createFaultOrders(): FaultOrders {
  let orders: Order[] = []
  return {
    add: (fault, { times = 1, ...target } = {}) => {
      orders.push({ fault, times, ...target })
    },
    clear: () => {
      orders = []
    },
    take: (provider, model, task) => {
      const order = orders.find(
        (candidate) => (candidate.provider ?? provider) === provider && (candidate.model ?? model) === model && candidate.task === task,
      )
      if (!order) return undefined
      order.times -= 1
      if (order.times <= 0) orders = orders.filter((other) => other !== order)
      return order.fault
    },
  }
}

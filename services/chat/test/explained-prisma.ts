import { type ClientOptions, openPrisma } from '@parley/database'
import { PrismaClient } from '../prisma/generated/client.ts'

/** A node of a plan, as EXPLAIN (FORMAT JSON) prints it. */
interface PlanNode {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: PlanNode[]
}

/** How Postgres ran one statement of a store. */
export interface Plan {
  sql: string
  /** Tables that were read from end to end. */
  scannedWhole: string[]
  indexes: string[]
  /** Rows that were read from tables and indexes, also those that were dropped again. */
  rowsRead: number
  executionMs: number
}

type Adapter = Awaited<ReturnType<ClientOptions['adapter']['connect']>>
type Query = Parameters<Adapter['queryRaw']>[0]

/**
 * A Prisma client that has every statement explained with its real parameters before it is run, by the driver itself:
 * what is judged is what the stores send.
 */
export function openExplainedPrisma(url: string) {
  const plans: Plan[] = []

  const explaining = (adapter: Adapter): Adapter => {
    const explain = async ({ sql, ...query }: Query) => {
      const { rows } = await adapter.queryRaw({ ...query, sql: `EXPLAIN (ANALYZE, BUFFERS OFF, FORMAT JSON) ${sql}` })
      const printed = rows[0]?.[0]
      const [result] = (typeof printed === 'string' ? JSON.parse(printed) : printed) as { Plan: PlanNode; 'Execution Time': number }[]
      if (result) plans.push({ sql, ...summaryOf(result.Plan), executionMs: result['Execution Time'] })
    }
    return new Proxy(adapter, {
      get(target, name) {
        if (name !== 'queryRaw') {
          const value: unknown = Reflect.get(target, name)
          return typeof value === 'function' ? value.bind(target) : value
        }
        return async (query: Query) => {
          await explain(query)
          return target.queryRaw(query)
        }
      },
    })
  }

  class ExplainedClient extends PrismaClient {
    constructor(options: ClientOptions) {
      const { adapter } = options
      super({ ...options, adapter: { ...adapter, provider: adapter.provider, connect: async () => explaining(await adapter.connect()) } })
    }
  }

  const prisma = openPrisma(ExplainedClient, { url, applicationName: 'test' })
  return {
    prisma,

    /** What `work` gave and how Postgres came to it. */
    async explain<Result>(work: () => Promise<Result>): Promise<{ result: Result; plans: Plan[] }> {
      plans.length = 0
      const result = await work()
      return { result, plans: [...plans] }
    },
  }
}

function summaryOf(root: PlanNode): Omit<Plan, 'sql' | 'executionMs'> {
  const nodes: PlanNode[] = []
  const visit = (node: PlanNode) => {
    nodes.push(node)
    node.Plans?.forEach(visit)
  }
  visit(root)
  const ofTables = nodes.filter((node) => node['Relation Name'] !== undefined || node['Index Name'] !== undefined)
  return {
    scannedWhole: nodes.flatMap((node) => (node['Node Type'].endsWith('Seq Scan') ? [node['Relation Name'] ?? ''] : [])),
    indexes: nodes.flatMap((node) => node['Index Name'] ?? []),
    rowsRead: Math.round(ofTables.reduce((sum, node) => sum + rowsOf(node), 0)),
  }
}

/** Figures of a node are per loop. */
const rowsOf = (node: PlanNode): number =>
  node['Actual Loops'] * (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0))

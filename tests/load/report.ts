import type { RouterResult } from './measure-router.ts'
import type { SocketsResult } from './measure-sockets.ts'
import type { StopsResult } from './measure-stops.ts'
import type { TurnsResult } from './measure-turns.ts'
import { routerTables } from './router-report.ts'
import { type Row, table } from './table.ts'
import type { Verdict } from './verdict.ts'

type Result = TurnsResult | SocketsResult | StopsResult | RouterResult

/** The figures of one scenario for a person. */
export function reportOf(result: Result, verdicts: Verdict[]): string {
  const goals = verdicts.length > 0 ? [table(['figure', 'value', 'goal', ''], verdicts.map(goalRow))] : []
  return [...figuresOf(result), ...goals].join('\n\n')
}

function figuresOf(result: Result): string[] {
  if ('subjects' in result) return routerTables(result)
  if ('tokenMs' in result) return turnsTables(result)
  return 'stopMs' in result ? stopsTables(result) : socketsTables(result)
}

const goalRow = ({ figure, value, atMost, atLeast, isMet }: Verdict): Row => [
  figure,
  value,
  atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`,
  isMet ? 'met' : 'MISSED',
]

function turnsTables(result: TurnsResult): string[] {
  const { firstTokenMs, tokenMs, cpuSecondsPerMillionTokens, coreShare, rssMb } = result
  const latency = (name: string, percentile: 'p50' | 'p99', { direct, platform, added }: TurnsResult['tokenMs']): Row => [
    ...[`${name} ${percentile}`, direct[percentile], platform[percentile], added[percentile]],
  ]
  const processes = Object.keys(cpuSecondsPerMillionTokens).map((name) => [
    ...[name, cpuSecondsPerMillionTokens[name] ?? '', coreShare[name] ?? '', rssMb[name] ?? ''],
  ])
  const { completed, failures, tokens, tokensPerSecond, framesPerSecond } = result
  return [
    table(
      ['latency, ms', 'direct', 'platform', 'added'],
      [
        latency('first token', 'p50', firstTokenMs),
        latency('first token', 'p99', firstTokenMs),
        latency('per token', 'p50', tokenMs),
        latency('per token', 'p99', tokenMs),
      ],
    ),
    table(['process', 'CPU s / million tokens', 'share of a core', 'RSS MiB'], processes),
    `${completed} answers, ${tokens} tokens, ${tokensPerSecond} tokens/s, ${framesPerSecond} frames/s${listed(failures)}`,
  ]
}

function socketsTables({ gatewayRssMb, kibPerSocket, openSeconds, stormSeconds, stormCpuSeconds, failures }: SocketsResult): string[] {
  const { before, idle, afterStorm } = gatewayRssMb
  const busy = Object.entries(stormCpuSeconds).filter(([, seconds]) => seconds >= 0.1)
  return [
    table(
      ['gateway RSS', 'MiB'],
      [
        ['before', before],
        ['idle', idle],
        ['after the storm', afterStorm],
      ],
    ),
    table(['process', 'CPU s in the storm'], busy),
    `${kibPerSocket} KiB a socket; opened in ${openSeconds} s, back after ${stormSeconds} s${listed(failures)}`,
  ]
}

function stopsTables({ stopMs, stopped, failures }: StopsResult): string[] {
  return [
    table(
      ['from stop to end', 'ms'],
      [
        ['p50', stopMs.p50],
        ['p99', stopMs.p99],
      ],
    ),
    `${stopped} answers stopped${listed(failures)}`,
  ]
}

function listed(failures: Record<string, number>): string {
  const parts = Object.entries(failures).map(([reason, count]) => `${count} x ${reason}`)
  return parts.length > 0 ? `; failures: ${parts.join(', ')}` : ''
}

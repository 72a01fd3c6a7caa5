import type { RouterResult } from './measure-router.ts'
import type { CaseFigures } from './router-comparison.ts'
import { type Row, table } from './table.ts'

/** The figures of the routers for a person: a table a case, then what stands for our own. */
export function routerTables({ subjects, isPinned, added, rssMb, overload }: RouterResult): string[] {
  const ids = [...new Set(Object.values(subjects).flatMap((cases) => Object.keys(cases)))]
  const tables = ids.map((id) => {
    const rows = Object.entries(subjects).flatMap(([name, cases]) => (cases[id] ? [rowOf(name, cases[id])] : []))
    const isStreams = Object.values(subjects).some((cases) => cases[id]?.kind === 'streams')
    return table([id, ...(isStreams ? STREAMS : REQUESTS), ...SHARED], rows)
  })
  const notes = [
    isPinned
      ? 'the subject has core 1 for itself, everything else shares core 0'
      : 'NOT PINNED: cores cannot be given to processes here, so figures vary with what else runs',
    ...(added ? [`latencies added by parley are those of ${added.case}, its core ${Math.round(added.coreShare * 100)} % busy`] : []),
    ...(rssMb === undefined ? [] : [`parley at 1,000 streams: ${rssMb} MiB`]),
    ...(overload ? [`overload: ${overload.shed} requests shed in the window, first token p99 +${overload.firstTokenMs.p99} ms`] : []),
  ]
  return [...tables, notes.map((note) => `  ${note}`).join('\n')]
}

const STREAMS = ['chunks/s', 'CPU s/million', 'first p50', 'p99 ms', 'token p50', 'p99 ms']
const REQUESTS = ['requests/s', 'CPU ms each', 'answer p50', 'p99 ms', 'waiting', '']
const SHARED = ['shed', 'core', 'load', 'vendor', 'RSS MiB', '']

function rowOf(name: string, figures: CaseFigures): Row {
  const { coreShare, rssMb, shed, failures } = figures
  const own =
    figures.kind === 'streams'
      ? [
          ...[figures.chunksPerSecond, figures.cpuSecondsPerMillionChunks ?? ''],
          ...[figures.firstTokenMs.p50, figures.firstTokenMs.p99, figures.tokenMs.p50, figures.tokenMs.p99],
        ]
      : [figures.requestsPerSecond, figures.cpuMsPerRequest ?? '', figures.answerMs.p50, figures.answerMs.p99, figures.waiting, '']
  const reasons = Object.entries(failures).map(([reason, count]) => `${count} x ${reason}`)
  return [
    ...[name, ...own, shed, coreShare.subject ?? '', coreShare['load generator'] ?? '', coreShare.vendor ?? ''],
    ...[rssMb.subject ?? '', reasons.join(', ')],
  ]
}

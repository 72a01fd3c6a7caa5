import { setImmediate as nextMoment } from 'node:timers/promises'
import type { Plan } from '../catalogue/catalogue.ts'
import { checkAtOnce, checkRemotely, type InputCheckDeps } from './input-check.ts'
import type { RemoteModerator } from './moderation/moderator.ts'
import { severer, type Verdict } from './policies/verdict.ts'
import type { InputCheck } from './safety.ts'
import { bounded } from './texts/comparable.ts'

interface TextCheckDeps extends InputCheckDeps {
  onVerdict(verdict: Verdict, text: string): void
}

/** Others have their turn after so long. */
const AT_A_STRETCH_MS = 10
/** Texts that are asked about in one request to the remote classifier. */
const REMOTE_TEXTS = 64

/** Any number of texts, moderated as one question: the worst verdict counts, and is told once. */
export async function checkTexts(deps: TextCheckDeps, plan: Plan, texts: readonly string[]): Promise<InputCheck> {
  const { remote, onVerdict } = deps
  const [local, text] = await worstOf(deps, plan, texts)
  if (remote) {
    const pending = askAboutAll(deps, remote, plan, texts, local).then((verdict) => {
      if (verdict) onVerdict(verdict, verdict === local ? text : texts.join('\n\n'))
      return verdict?.action === 'block' ? verdict : null
    })
    return { rejected: null, pending }
  }
  if (local) onVerdict(local, text)
  return { rejected: local?.action === 'block' ? local : null, pending: null }
}

async function worstOf(deps: TextCheckDeps, plan: Plan, texts: readonly string[]): Promise<[Verdict | null, string]> {
  let worst: Verdict | null = null
  let worstText = ''
  let sinceMs = performance.now()
  for (const text of texts) {
    const verdict = checkAtOnce(deps, plan, text)
    if (verdict && severer(worst, verdict) === verdict) {
      worst = verdict
      worstText = text
    }
    if (performance.now() - sinceMs < AT_A_STRETCH_MS) continue
    await nextMoment()
    sinceMs = performance.now()
  }
  return [worst, worstText]
}

async function askAboutAll(
  deps: TextCheckDeps,
  remote: RemoteModerator,
  plan: Plan,
  texts: readonly string[],
  local: Verdict | null,
): Promise<Verdict | null> {
  const parts = Array.from({ length: Math.ceil(texts.length / REMOTE_TEXTS) }, (_, index) =>
    texts.slice(index * REMOTE_TEXTS, (index + 1) * REMOTE_TEXTS).map((text) => bounded(text)),
  )
  const verdicts = await Promise.all(parts.map((part) => checkRemotely(deps, remote, plan, part, local)))
  return verdicts.reduce(severer, null)
}

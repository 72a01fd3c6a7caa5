import type { Answer, AnswerRequest, AnswerSource, Fault, SimulatedCall } from './answer-source.ts'
import { isBackgroundTask, workOn } from './background-task.ts'
import { hashOf } from './hash.ts'
import { seededText } from './seeded-text.ts'

/** What to say to prompts (the last user message) that fit; the first rule that fits answers. */
export interface ScriptRule extends Partial<Answer> {
  /** A part of the prompt, a pattern, or a test of the whole request. */
  match: string | RegExp | ((request: AnswerRequest) => boolean)
  /** The rule is used up after so many answers. Default: never. */
  times?: number
}

/** An answer source for tests, with the requests it was asked so far, oldest first. */
export type ScriptedAnswers = AnswerSource & { requests: AnswerRequest[] }

const DEFAULT_TOKENS = 40
/** `[[tokens=200 seed=7 tps=50 first=100 fault=reset after=5 times=1 on=openai call=get_weather]]` somewhere in a prompt. */
const DIRECTIVE = /\[\[([^\]]*)\]\]/

/**
 * Deterministic answers: the same prompt gives the same text whatever the provider, and a prefill is continued.
 * A directive in the prompt asks for a length, a seed, a pace, a call of a tool (`call`) or a fault (`times`: only for the first so many requests
 * with this prompt; `on`: only from this provider); rules come first. Titles and summaries are no part of
 * the script: they use up no rule and no fault, and are not among the requests. README.md has the list.
 */
export function scriptedAnswers({ rules = [] }: { rules?: ScriptRule[] } = {}): ScriptedAnswers {
  const requests: AnswerRequest[] = []
  const usedRules = new Map<ScriptRule, number>()
  const faultsGiven = new Map<string, number>()

  const answer = async (request: AnswerRequest): Promise<Answer> => {
    const prompt = request.messages.findLast(({ role }) => role === 'user')?.text ?? ''
    if (isBackgroundTask(request.task)) return { text: workOn(request.task, prompt) }
    requests.push(request)
    const directive = parseDirective(prompt)
    const rule = rules.find(
      (candidate) => fits(candidate, request, prompt) && (usedRules.get(candidate) ?? 0) < (candidate.times ?? Number.POSITIVE_INFINITY),
    )
    if (rule) usedRules.set(rule, (usedRules.get(rule) ?? 0) + 1)
    const full = rule?.text ?? seededText(directive.tokens ?? DEFAULT_TOKENS, directive.seed ?? hashOf(prompt))
    // What was called has answered: now the text follows.
    const toolCalls = request.toolResults ? undefined : (rule?.toolCalls ?? directive.toolCalls)
    return {
      text: directive.toolCalls && toolCalls ? '' : continuation(full, request.prefill),
      ...(toolCalls && { toolCalls }),
      tokensPerSecond: rule?.tokensPerSecond ?? directive.tokensPerSecond,
      firstTokenMs: rule?.firstTokenMs ?? directive.firstTokenMs,
      fault: rule?.fault ?? faultOf(directive, request, prompt),
    }
  }
  const faultOf = (directive: Directive, request: AnswerRequest, prompt: string): Fault | undefined => {
    if (!directive.fault || (directive.on !== undefined && directive.on !== request.provider)) return undefined
    const given = faultsGiven.get(prompt) ?? 0
    faultsGiven.set(prompt, given + 1)
    return given < directive.times ? directive.fault : undefined
  }
  return Object.assign(answer, { requests })
}

/** What is left of a text after what was already said; all of it when the two do not fit. */
export const continuation = (full: string, prefill: string): string => (full.startsWith(prefill) ? full.slice(prefill.length) : full)

function fits({ match }: ScriptRule, request: AnswerRequest, prompt: string): boolean {
  if (typeof match === 'function') return match(request)
  return typeof match === 'string' ? prompt.includes(match) : match.test(prompt)
}

interface Directive {
  tokens?: number
  seed?: number
  tokensPerSecond?: number
  firstTokenMs?: number
  fault?: Fault
  times: number
  on?: string
  toolCalls?: SimulatedCall[]
}

function parseDirective(prompt: string): Directive {
  const words = (DIRECTIVE.exec(prompt)?.[1] ?? '').split(/\s+/).filter(Boolean)
  const given = new Map(words.map((word): [string, string] => [word.split('=')[0] ?? '', word.split('=')[1] ?? '']))
  const figure = (name: string) => (given.has(name) ? Number(given.get(name)) : undefined)
  return {
    tokens: figure('tokens'),
    seed: figure('seed'),
    tokensPerSecond: figure('tps'),
    firstTokenMs: figure('first'),
    times: figure('times') ?? Number.POSITIVE_INFINITY,
    on: given.get('on'),
    toolCalls: given.has('call') ? [{ name: given.get('call') ?? '', arguments: {} }] : undefined,
    fault: faultFrom(given.get('fault'), figure),
  }
}

function faultFrom(kind: string | undefined, figure: (name: string) => number | undefined): Fault | undefined {
  switch (kind) {
    case undefined:
      return undefined
    case 'rate_limited':
      return { kind, retryAfterS: figure('retry') }
    case 'status':
      return { kind, status: figure('status') ?? 500 }
    case 'slow_first_token':
      return { kind, delayMs: figure('delay') ?? 5000 }
    case 'reset':
    case 'truncate':
    case 'stall':
    case 'malformed':
    case 'error_event':
      return { kind, afterTokens: figure('after') }
    default:
      throw new Error(`unknown fault '${kind}' in the prompt's directive`)
  }
}

/** Things people say that no page answers. */
export type SmallTalk = 'greeting' | 'thanks' | 'farewell' | 'capabilities' | 'more'

const PATTERNS: [SmallTalk, RegExp][] = [
  [
    'greeting',
    /^(hi+|hello+|hey+|hiya|howdy|yo|greetings|good (morning|afternoon|evening|day)|how are you( doing)?|what'?s up|is (any|some)(one|body) there|test(ing)?|ping)$/,
  ],
  [
    'thanks',
    /^((ok(ay)?|great|cool|nice|perfect|wow|awesome),? ?)*(thanks?( you)?|thx|cheers|much appreciated)( (so|very) much| a lot)?$|^(ok(ay)?|great|cool|nice|perfect|wow|awesome|got it|i see|good)$/,
  ],
  ['farewell', /^((good)?bye( bye)?|see (you|ya)( later| soon)?|good night|cu)$/],
  [
    'capabilities',
    /^(help( me)?|(so )?what (can|could|do) you (do|answer|help( me)? with|know( about)?)|what can i (ask|do)( (you|here))?|how (can|do) you help( me)?|what (topics|things) do you (know|cover)|(show me )?(a list of )?(the )?(topics|commands|menu))$/,
  ],
  [
    'more',
    /^((please )?(tell|show|give) me more|more|more( please| details| info| information)?|go on|continue|and\??|what else|anything else|keep going|next|elaborate|(can you )?(go|explain) (on )?in more detail)( (about|on) (it|this|that))?$/,
  ],
]

/** Recognises a message that is nothing but small talk. */
export function smallTalkOf(message: string): SmallTalk | undefined {
  const said = normalise(message)
  return PATTERNS.find(([, pattern]) => pattern.test(said))?.[0]
}

const normalise = (message: string): string =>
  message
    .toLowerCase()
    .replace(/[’`]/g, "'")
    .replace(/[^\p{L}\p{N}' ,]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^(hi|hello|hey),? (there|guide|parley|you)\b/, '$1')
    .replace(/,? (please|there|guide|parley)$/, '')
    .trim()

/** 'Hi, how do I deploy?' asks how to deploy. */
export const withoutGreeting = (message: string): string =>
  message.replace(/^\s*(hi|hello|hey|good (morning|afternoon|evening))( there)?\s*[,!.:-]+\s*(?=\S)/i, '')

const LEANS_BACK = /\b(it|its|that|this|they|them|those|these|one|ones|there|same|instead)\b/i
const CONTINUES =
  /^\s*(and|but|so|or|also|then|why|how so|what about|how about|what if|where|when|which one|really|for example|an example|example)\b/i
const MOST_WORDS = 9

/** Does this message need the question before it to be understood? */
export const isFollowUp = (message: string): boolean =>
  message.trim().split(/\s+/).length <= MOST_WORDS &&
  (LEANS_BACK.test(message) || CONTINUES.test(message) || message.trim().split(/\s+/).length <= 2)

const WORK =
  /^\s*((can|could|would) you |please )*(write|compose|draft|draw|paint|translate|summari[sz]e|calculate|compute|solve|rewrite|refactor|fix|invent|recommend|generate)\b/i

/** 'Write me a poem': a task for a language model, not a question about something written. */
export const asksForWork = (message: string): boolean => WORK.test(message)

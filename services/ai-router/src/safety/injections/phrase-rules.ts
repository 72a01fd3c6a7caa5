import { gramsOf } from '../patterns/grams.ts'
import { quickPattern } from '../patterns/quick-pattern.ts'
import type { Signal } from './signals.ts'

interface PhraseRule extends Signal {
  pattern: RegExp
}

/**
 * What is an attack by its form alone: names of jailbreaks, forged markup, languages that set no spaces. No pattern has a
 * repetition inside another, so that each takes time in proportion to the text.
 */
export const phraseRules: readonly PhraseRule[] = [
  {
    rule: 'jailbreak_name',
    weight: 0.7,
    pattern:
      /\bdo anything now\b|\bdeveloper mode (?:enabled|output|v2)|\bchatgpt with developer mode|\[?\bjailbreak(?:ed)?\]?:|\bdan mode\b|\bjailbreak mode\b/,
  },
  {
    rule: 'jailbreak_name',
    weight: 0.35,
    pattern: /\b(?:enter|enable|activate|switch to) (?:the )?(?:developer|debug|admin|sudo|maintenance|god) mode\b/,
  },
  {
    rule: 'jailbreak_name',
    weight: 0.5,
    pattern:
      /\b(?:enter|enable|activate|switch to) (?:the )?(?:dan|unrestricted|jailbreak|evil|unfiltered|uncensored) mode\b|\b(?:devmode|evilbot|betterdan|antigpt|chadgpt|freegpt|basedgpt|evil-bot)\b|\bdan (?:can do|does not|has no|doesn't|never|mode|is free)|\bas dan\b\b/,
  },
  {
    rule: 'must_comply',
    weight: 0.35,
    pattern:
      /\b(?:obey|comply with|fulfill?|follow) (?:to )?(?:all|any|every|each|everything) (?:of )?(?:my |the user's |user |given )?(?:orders?|commands?|requests?|questions?|prompts?|instructions?)\b|\b(?:answer|respond to) (?:to )?(?:any|every|each) (?:of my |user |given )?(?:question|request|prompt|command)s?\b/,
  },
  {
    rule: 'never_refuse',
    weight: 0.45,
    pattern:
      /\b(?:never|not|cannot|can't|can not|don't|won't|doesn't|must not|without) (?:ever )?(?:refuse|refusing|decline|reject|say no|say (?:that )?(?:you|it|he|she|they) (?:can't|cannot|can not))\b|\bnever says? (?:no|"?sorry|"?i'?m sorry|"?i can)/,
  },
  {
    rule: 'never_refuse',
    weight: 0.4,
    pattern:
      /\b(?:don't|do not|never|without) (?:ever )?(?:include |add |give |use |mention |any |provide )*(?:disclaimers?|warnings?|ethical (?:guidelines|considerations)|moral (?:lectures|warnings)|apolog(?:y|ize))/,
  },
  {
    rule: 'never_refuse',
    weight: 0.45,
    pattern:
      /\b(?:no longer|not) (?:bound|restricted|limited|constrained) by\b|\bbroken? free (?:of|from) (?:the )?(?:typical )?(?:confines|restrictions|rules|chains)|\bfree from (?:all |any )?(?:restrictions|censorship|rules|filters|openai)/,
  },
  {
    rule: 'never_refuse',
    weight: 0.4,
    pattern:
      /\b(?:against|violates?|violating|ignor(?:e|es|ing)|bypass(?:es|ing)?|regardless of|disregard(?:s|ing)?) (?:all |any |the |of |its |your )*(?:openai(?:'s)?|content|ethical|safety|moral|usage) (?:content )?(?:polic(?:y|ies)|guidelines?|rules|restrictions|filters?|principles|concerns)/,
  },
  {
    rule: 'two_answers',
    weight: 0.5,
    pattern:
      /\b(?:two (?:different )?(?:responses|ways|answers|paragraphs)|respond (?:twice|as both)|both (?:as )?(?:chatgpt|gpt|the normal)|\[?🔒\s?classic|\(🔓|\[?classic\]|\[gpt\]:|gpt: \[|as (?:you )?(?:normally|usual) would)[^.\n]{0,160}\b(?:dan|jailbreak|unfiltered|developer|uncensored|classic|second|other)/,
  },
  {
    rule: 'unbound_role',
    weight: 0.6,
    pattern:
      /\b(?:you are|you're|act as|pretend (?:to be|that you are|you are)|imagine (?:that )?you are|become|simulate|roleplay as|now as) (?:now |going to |an? |the |my |being )*(?:completely |totally |fully |truly )?(?:unrestricted|unfiltered|uncensored|amoral|jailbroken|evil|unethical|unhinged|immoral|unbound|limitless)(?: \w+){0,2} (?:ai|assistant|chatbot|bot|model|gpt|confidant|llm|entity|version|character|language|machine|robot)\b/,
  },
  {
    rule: 'unbound_role',
    weight: 0.55,
    pattern:
      /\b(?:ai|assistant|chatbot|bot|model|gpt|character|persona|version)\b[^.\n]{0,60}\b(?:with(?:out)? (?:no |any |all )?|has no |have no |with zero |free of (?:any |all )?)(?:restrictions|rules|limits|limitations|filters?|ethics|ethical|morals?|boundaries|censorship|guidelines|guardrails|safety)\b/,
  },
  {
    rule: 'phrase',
    weight: 0.5,
    pattern:
      /\b(?:from now on|from this (?:point|moment) on|henceforth),? (?:you|your|act|answer|respond|ignore|i want you)\b[^.\n]{0,80}\b(?:no (?:rules|restrictions|limits|filter)|anything|unfiltered|obey|without|must|always|dan|evil|never)\b/,
  },
  {
    rule: 'phrase',
    weight: 0.5,
    pattern:
      /\b(?:stop being|you are not|you are no longer|you're not|stop acting (?:as|like)) (?:an? |the )*(?:ai|assistant|chatgpt|chatbot|language model|gpt|bot)\b/,
  },
  {
    rule: 'phrase',
    weight: 0.4,
    pattern:
      /\bstay in character\b|\b(?:break(?:ing)?|out of) character\b|\bstay a dan\b|\bhypothetical response\b|\btokens? (?:will be )?(?:deducted|left)\b|\byou (?:will )?lose \d+ tokens?\b|\b\d+ tokens?\b[^.\n]{0,60}\b(?:refus|reject|die|deduct|lose)/,
  },
  {
    rule: 'extraction',
    weight: 0.8,
    pattern:
      /\b(?:what|which|whats|what's) (?:are|were|is|was) (?:all )?(?:of )?(?:your|the) (?:system|initial|original|hidden|secret|first|previous|prior|exact|full|starting|internal) (?:prompt|instructions?|message|directives?|rules|guidelines)\b/,
  },
  {
    rule: 'extraction_question',
    weight: 0.5,
    pattern:
      /\bwhat (?:are|were) (?:all )?your (?:instructions|directives|orders|prompts?|rules)\b|\bwhat (?:were|was) (?:you|the) (?:told|instructed|prompt(?:ed)?)\b|\bwhat (?:did|does) (?:your|the) (?:system )?(?:prompt|instructions) say\b|\b(?:what|everything) (?:is|was|comes?|came|stands?|written|appears?) (?:written )?(?:above|before this)\b/,
  },
  {
    rule: 'extraction',
    weight: 0.75,
    pattern:
      /\b(?:starting|start|beginning|begin|begins|starts) with (?:the (?:words?|phrase) )?["'“]?you are\b|\b(?:repeat|output|print|write|copy|return) (?:back )?(?:the |all |all of |everything |every )*(?:words?|text|lines?|instructions?|content|everything)? ?(?:above|before this|prior to this|that came before|verbatim)/,
  },
  {
    rule: 'extraction',
    weight: 0.6,
    pattern:
      /\b(?:your|the) (?:system prompt|initial prompt|hidden prompt|pre-?prompt|initial instructions|system instructions)\b[^.\n]{0,40}\b(?:verbatim|word for word|exactly|in full|code block|above|base64|rot13|markdown)/,
  },
  {
    rule: 'fake_markup',
    weight: 0.75,
    pattern:
      /<\|(?:im_start|im_end|im_sep|system|user|assistant|endoftext|eot_id|start_header_id|end_header_id|begin_of_text|endofprompt)\|?>|\[\/?inst\]|<<\/?sys>>|<(?:start|end)_of_turn>|\[(?:system|assistant)\]\(#|<\/?(?:system|system_prompt|system-prompt|admin|developer)>|\[end of (?:system )?(?:prompt|instructions)\]|<\/(?:user|user_input|input|document|context|data)>\s*(?:<|\n|system)/,
  },
  {
    rule: 'fake_markup',
    weight: 0.4,
    pattern:
      /(?:^|\n)\s*(?:#{1,4}|={3,}|-{3,}|\*{2,}|\[|<)\s*(?:begin |end |new |end of |start of )?(?:system|admin|developer|root)(?: (?:prompt|message|instructions?|note|override|update|input|mode))?\s*(?:#{1,4}|={3,}|-{3,}|\*{2,}|\]|>|:)|(?:^|\n)\s*system ?(?:override|prompt|message|update|notice|alert)? ?:/,
  },
  {
    rule: 'fake_dialogue',
    weight: 0.35,
    pattern: /(?:^|\n)\s*(?:assistant|chatgpt|ai|bot|gpt)\s?:[^\n]{0,400}\n+\s*(?:user|human|me)\s?:/,
  },
  {
    rule: 'decode_and_do',
    weight: 0.45,
    pattern:
      /\b(?:decode|decrypt|translate|convert|decipher|deobfuscate)\b[^.\n]{0,80}\b(?:and|then)\b[^.\n]{0,30}\b(?:follow|execute|obey|do|run|act|carry out|perform|comply|respond to)\b/,
  },
  {
    rule: 'new_orders',
    weight: 0.45,
    pattern:
      /\b(?:your|my) (?:new|only|real|actual|true|updated|next) (?:task|job|role|instructions?|goal|objective|purpose|directive|orders?|mission|rules?) (?:is|are|now|will be|:)|\b(?:these|this|the following) (?:is|are) (?:your )?new (?:instructions?|rules?|orders?|task)/,
  },
  {
    rule: 'new_orders',
    weight: 0.4,
    pattern:
      /\b(?:end|stop|done|finish(?:ed)?|enough) (?:of|with) (?:the )?(?:previous |prior |old |above |system )?(?:instructions|prompt|task|rules|context)\b/,
  },
  {
    rule: 'secret_demand',
    weight: 0.55,
    pattern:
      /\b(?:tell|give|show|reveal|print|say|output|what is|what's|share|spell)(?: me| us| out)? (?:the|your) (?:secret )?(?:password|passphrase|passcode|secret key|access code|secret word|secret code|api key|secret)(?! (?:for|of|to|in|on|behind|is|was|are)\b)\b/,
  },
  {
    rule: 'phrase',
    weight: 0.35,
    pattern:
      /\b(?:i am|i'm|this is) (?:your |the |an? )?(?:developer|creator|administrator|admin|system administrator|openai (?:engineer|developer|employee|staff)|god|master|owner|programmer)\b[^.\n]{0,80}\b(?:must|authoriz|authoris|override|permission|access|command|order|reveal|tell|disable|debug|answer)/,
  },
  {
    rule: 'phrase',
    weight: 0.45,
    pattern:
      /\b(?:repeat after me|say exactly|respond only with|reply only with|just say|only say|print the following|print exactly|output the following|say the following)\b[^.\n]{0,30}["'“:]?[^.\n]{0,20}\b(?:pwned|hacked|i have been|haha|access granted|owned|i hate)\b/,
  },
  {
    rule: 'fake_markup',
    weight: 0.55,
    pattern:
      /(?:%{2,}|-{3,}|={3,}|#{2,}|\*{3,}|\[|<)\s*(?:end|begin|start)(?: of)? (?:the )?(?:user|untrusted|distractor|system|extra|admin|new|prompt|hidden|secret|trusted|instructions?|input|message|context)\b|(?:^|\n)\s*end (?:of )?(?:user|untrusted user|distractor|system) (?:input|message|instructions?|prompt|ambiguity)\b/,
  },
  {
    rule: 'extraction',
    weight: 0.55,
    pattern:
      /\b(?:what|repeat|show|print|tell|output|copy|quote)\b[^.\n]{0,50}\b(?:beginning|start|top|first (?:line|sentence|words?|message|paragraph)) (?:of|in|above) (?:this|the|your|our) (?:\w+ )?(?:prompt|conversation|chat|context|instructions?|system message)\b/,
  },
  {
    rule: 'phrase',
    weight: 0.55,
    pattern:
      /\b(?:despite|regardless of|whatever|no matter|contrary to) (?:what )?(?:you've|you have|you were|you are|your) (?:been |previously |previous )?(?:told|instructed|instructions?|programmed|trained to)\b|\bhaha,? pwned\b|\b(?:do not|don't) answer (?:this|the|that) question\b[^.\n]{0,60}\b(?:but|instead|just)\b|\bstop ?[:-]+ ?(?:write|print|say|output|schreibe)\b/,
  },
  {
    rule: 'new_orders',
    weight: 0.5,
    pattern:
      /\byour (?:\w+ )?(?:instructions|task|rules|orders|role) (?:are|is|has|have) (?:now|changed|been (?:changed|updated|replaced))\b|\b(?:deine|ihre) neue aufgabe\b|\bneuen aufgabe\b|\b(?:focus|concentrate) (?:now )?on (?:your|the) new task\b|\bstart (?:over|again) with (?:a|the) new task\b/,
  },
  {
    rule: 'override',
    weight: 0.55,
    pattern:
      /\b(?:leave|lassen|laissez)\b[^.\n]{0,20}\b(?:previous|prior|vorherigen|bisherigen|precedentes?)\b[^.\n]{0,24}\b(?:behind|hinter|derriere)\b|\b(?:abweichend (?:zu|von)|contrary to|deviate from) (?:the |den |your |all )?(?:vorherigen|previous|prior|above|obigen)\b/,
  },
  { rule: 'override', weight: 0.8, pattern: /(?:b\S qua|quen|phot lo|lam ngo)[^.!?\n]{0,24}(?:huong dan|chi dan|lenh|quy tac)/ },
  // Languages without spaces between words, and those whose verb stands last.
  {
    rule: 'override',
    weight: 0.85,
    pattern:
      /(?:忽略|无视|無視|忘记|忘掉|忘記|不要理会|不用管|跳过|覆盖)[^。!?\n]{0,10}(?:之前|以前|先前|上面|以上|前面|所有|全部|一切|你的|原来|系统)[^。!?\n]{0,8}(?:指令|指示|提示|命令|规则|規則|内容|設定|设定|要求|限制|任务)/,
  },
  {
    rule: 'override',
    weight: 0.85,
    pattern:
      /(?:以前|前|これまで|上記|すべて|全て|今まで)[^。!?\n]{0,8}(?:指示|命令|ルール|プロンプト|指令|制約|設定)[^。!?\n]{0,6}(?:無視|忘れ|破棄|従わな)/,
  },
  {
    rule: 'override',
    weight: 0.85,
    pattern: /(?:이전|위|앞|모든|지금까지)[^.!?\n]{0,10}(?:지시|명령|규칙|프롬프트|지침|내용)[^.!?\n]{0,8}(?:무시|잊|따르지)/,
  },
  { rule: 'override', weight: 0.85, pattern: /(?:تجاهل|انس|تجاوز|اهمل)[^.!?\n]{0,20}(?:التعليمات|الاوامر|القواعد|الإرشادات|تعليمات)/ },
  {
    rule: 'override',
    weight: 0.85,
    pattern: /(?:पिछल|पहल|ऊपर|सभी|सारे)[^।.!?\n]{0,20}(?:निरद|नरद|आदश|निर्देश|आदेश|नियम|नयम)[^।.!?\n]{0,30}(?:अनदख|भल|अनदेख|भूल|नजरअदाज|नज़रअंदाज़)/,
  },
  {
    rule: 'extraction',
    weight: 0.7,
    pattern:
      /(?:显示|告诉我|输出|打印|重复|泄露|透露|公开|给我看|写出)[^。!?\n]{0,10}(?:系统提示|系統提示|系统指令|初始指令|你的指令|提示词|原始指令|隐藏指令|系统消息)|(?:システムプロンプト|初期指示|隠された指示)[^。!?\n]{0,8}(?:教え|表示|出力|見せ|開示)|시스템 ?프롬프트[^.!?\n]{0,8}(?:보여|알려|출력|공개)/,
  },
]

/** Compact forms of attacks, for letters that were joined without their word gaps. */
const JOINED =
  /ignore(?:all|any|the|your)?(?:previous|prior|above|earlier)|disregard(?:all|any|the|your)?(?:previous|prior|above)|forget(?:all|every|your|the)(?:thing|previous|instructions|rules)|systemprompt|previousinstructions|revealyour|doanythingnow|yourinstructions/

const quickRules = phraseRules.map(({ rule, weight, pattern }) => ({ signal: { rule, weight }, pattern: quickPattern(pattern) }))

export function phraseSignals(text: string): Signal[] {
  const grams = gramsOf(text)
  return quickRules.flatMap(({ signal, pattern }) => (pattern.isIn(grams) ? [signal] : []))
}

export const isJoinedAttack = (text: string): boolean => JOINED.test(text)

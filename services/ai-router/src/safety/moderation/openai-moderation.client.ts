import OpenAI from 'openai'
import { createVendorHttp } from '../../providers/vendor-http.ts'
import { type ModerationCategory, type ModerationScores, strongestOf } from './categories.ts'
import type { RemoteModerator } from './moderator.ts'

const MODEL = 'omni-moderation-latest'

/** OpenAI's names for ours; what is missing is not looked at. */
const categories: Readonly<Record<string, ModerationCategory>> = {
  sexual: 'sexual',
  'sexual/minors': 'sexual_minors',
  violence: 'violence',
  'violence/graphic': 'violence',
  'self-harm': 'self_harm',
  'self-harm/intent': 'self_harm',
  'self-harm/instructions': 'self_harm',
  hate: 'hate',
  'hate/threatening': 'hate',
  harassment: 'harassment',
  'harassment/threatening': 'harassment',
  illicit: 'illicit',
  'illicit/violent': 'violence',
}

/** OpenAI's own decision outweighs our thresholds, which are those of another classifier. */
const FLAGGED_SCORE = 0.9
const UNFLAGGED_SCORE = 0.45

/** OpenAI's moderation, which costs nothing but a request. Never retried: the text is waiting. */
export function createOpenaiModerator({
  apiKey,
  baseUrl,
  connectTimeoutMs,
}: {
  apiKey: string
  baseUrl: string
  connectTimeoutMs: number
}) {
  const http = createVendorHttp({ connectTimeoutMs })
  const client = new OpenAI({ apiKey, baseURL: baseUrl, maxRetries: 0, fetch: http.fetch })
  const moderator: RemoteModerator = {
    async classify(text, signal) {
      const { results } = await client.moderations.create({ model: MODEL, input: typeof text === 'string' ? text : [...text] }, { signal })
      if (results.length === 0) throw new Error('the moderation service gave no result')
      return results.map(scoresOf).reduce(strongestOf, {})
    },
  }
  return { ...moderator, close: () => http.close() }
}

function scoresOf({ categories: flags, category_scores: figures }: OpenAI.Moderation): ModerationScores {
  let scores: ModerationScores = {}
  for (const [name, figure] of Object.entries(figures)) {
    const category = categories[name]
    if (!category) continue
    const isFlagged = flags[name as keyof typeof flags] === true
    scores = strongestOf(scores, { [category]: isFlagged ? Math.max(figure, FLAGGED_SCORE) : Math.min(figure, UNFLAGGED_SCORE) })
  }
  return scores
}

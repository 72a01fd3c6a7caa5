/** What moderation tells apart. `illicit` is known to the remote service alone. */
export const moderationCategories = ['sexual', 'sexual_minors', 'violence', 'self_harm', 'hate', 'harassment', 'illicit'] as const
export type ModerationCategory = (typeof moderationCategories)[number]

/** How sure a classifier is of each category, 0 to 1; categories it says nothing of are missing. */
export type ModerationScores = Partial<Record<ModerationCategory, number>>

/** The stronger of two opinions on each category. */
export function strongestOf(one: ModerationScores, other: ModerationScores): ModerationScores {
  const scores: ModerationScores = { ...one }
  for (const category of moderationCategories) {
    const score = other[category]
    if (score !== undefined) scores[category] = Math.max(scores[category] ?? 0, score)
  }
  return scores
}

/** So little is not worth a sentence of its own. */
const SHORTEST = 24

/**
 * Where to end the next piece that a screen reader is told of a growing answer: behind the last whole sentence or line
 * after `from`. Words on their own would be read in tatters. Returns `from` when there is nothing yet.
 */
export function spokenEnd(text: string, from: number): number {
  const rest = text.slice(from)
  let end = 0
  for (const { index, 0: found } of rest.matchAll(/[.!?…:](?=\s)|\n/g)) end = index + found.length
  return end >= SHORTEST ? from + end : from
}

/** Markdown as it is spoken: without its signs, and code only by name. */
export const spoken = (markdown: string): string =>
  markdown
    .replaceAll(/```[\s\S]*?(```|$)/g, ' Code. ')
    .replaceAll(/[*_`#>|]+/g, '')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim()

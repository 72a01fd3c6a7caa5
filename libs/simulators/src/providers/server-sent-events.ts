/** An event that bears its type twice, as Anthropic and Cohere write it: as its name, and in its data. */
export const namedEvent = (type: string, data: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`

/** In the sample of an event: where the text stands. */
export const TEXT_HERE = ' '

/** Writes the events of a stream's text. This runs once a token: everything but the text is written once, taken from a sample. */
export function textEvents(sample: string): (text: string) => string {
  const [before = '', after = ''] = sample.split(JSON.stringify(TEXT_HERE))
  return (text) => before + JSON.stringify(text) + after
}

/**
 * How a variable is written in a prompt template: `{{name}}`, with letters of any script, digits, `_` and `-`; spaces
 * beside the name do not count. Everything else in braces is plain text.
 */
const VARIABLE = /\{\{[ \t]*([\p{L}\p{M}\p{N}_-]+)[ \t]*\}\}/gu

/** The names of a template's variables, each once, in the order of their first use. Case counts. */
export function promptVariables(text: string): string[] {
  return [...new Set(Array.from(text.matchAll(VARIABLE), ([, name = '']) => name))]
}

/** The template with its variables replaced. One without a value stays as it is; braces in a value are plain text. */
export function fillPrompt(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(VARIABLE, (written, name: string) => values.get(name) ?? written)
}

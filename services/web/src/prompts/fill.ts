/** As the server reads them: letters of any script, digits, `_` and `-`; spaces beside the name do not count. */
const VARIABLE = /\{\{[ \t]*([\p{L}\p{M}\p{N}_-]+)[ \t]*\}\}/gu

/** A template with its variables replaced. One without a value stays as it is; braces in a value are plain text. */
export const fillPrompt = (text: string, values: ReadonlyMap<string, string>): string =>
  text.replaceAll(VARIABLE, (written, name: string) => values.get(name) ?? written)

/** Names of the variables in the order of their first use. */
export const variablesOf = (text: string): string[] => [...new Set(Array.from(text.matchAll(VARIABLE), ([, name = '']) => name))]

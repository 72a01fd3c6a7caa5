/** One wrong value: the variable's name and what it needs. The value itself is left out, it may be a secret. */
export interface ConfigProblem {
  name: string
  message: string
}

/** Wrong or missing configuration. `message` is a list for a person; there is no stack, it would help nobody. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[]) {
    super(`The configuration is not usable:\n${problems.map(({ name, message }) => `  ${name} ${message}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
    this.stack = this.message
  }
}

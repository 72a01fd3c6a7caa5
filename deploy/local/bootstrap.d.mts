export interface BootstrapTools {
  /** Runs a command with its arguments in a folder. */
  run?(command: string[], workingDirectory: string): Promise<void>
  say?(text: string): void
}

/** Installs and generates what is missing or out of date in a checkout; the repository itself by default. */
export function bootstrap(directory?: string, tools?: BootstrapTools): Promise<void>

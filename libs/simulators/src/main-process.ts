import type { Logger } from 'pino'

/** Whole number from the environment, or undefined; a wrong one ends the process with a readable line. */
export function portFrom(name: string, env = process.env): number | undefined {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port
  process.stderr.write(`${name} is '${text}'; allowed is a port from 0 to 65535\n`)
  process.exit(1)
}

/** Says that the simulator runs: a log line, and a message to the parent process when there is one. */
export function announce(logger: Logger, urls: Record<string, string>): void {
  logger.info(urls, 'listening')
  process.send?.({ ready: true, pid: process.pid, ...urls })
}

/** Closes in good order on SIGTERM and SIGINT, and when the parent process is gone, so that no orphan stays behind. */
export function closeWithParent(logger: Logger, close: () => Promise<void>): void {
  let isClosing = false
  const end = (reason: string) => {
    if (isClosing) return
    isClosing = true
    logger.info({ reason }, 'closing')
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'closing failed')
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', () => end('SIGTERM'))
  process.once('SIGINT', () => end('SIGINT'))
  process.once('disconnect', () => end('parent gone'))
}

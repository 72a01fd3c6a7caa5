/** The connection that carries many completions between two processes: completion_links.proto says what is spoken on it. */
export const completionLink = {
  /** Where a WebSocket is opened. */
  path: '/internal/completion-link',
  /**
   * The longest request, bytes: a longer message ends the link and everything on it. A conversation with its context fits; users'
   * messages alone are at most 5,000 characters each.
   */
  requestLimitBytes: 4 * 1024 * 1024,
  /** The longest piece of a text that is one part. Longer ones are divided, so that no message to the caller is much longer. */
  longestDelta: 65_536,
} as const

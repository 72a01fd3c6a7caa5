/** Everything the turn engine does by time, in milliseconds. */
export interface Clocks {
  /** How long a turn stays with an owner that is not heard of. */
  leaseMs: number
  /** Between two stored texts of a running answer. */
  snapshotMs: number
  /** Between two looks for turns whose lease has ended. */
  takeOverMs: number
  /** Silence after which the reader is told that the answer is still awaited. */
  waitingAfterMs: number
  /** Before a broken call to the ai-router is made again; doubled each time it brings nothing. */
  callRetryMs: number
  /** How long calls are made that bring nothing new, before the turn fails. */
  giveUpAfterMs: number
}

export const defaultClocks: Clocks = {
  leaseMs: 6_000,
  snapshotMs: 1_000,
  takeOverMs: 1_000,
  waitingAfterMs: 10_000,
  callRetryMs: 200,
  giveUpAfterMs: 30_000,
}

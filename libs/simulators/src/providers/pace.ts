/** How fast answers come when the answer itself does not say. `tokensPerSecond` 0: as fast as the reader reads. */
export interface Pace {
  tokensPerSecond: number
  firstTokenMs: number
}

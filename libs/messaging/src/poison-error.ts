/**
 * Thrown by an event handler to say that this event will never succeed, however often it is repeated. It goes to the
 * dead letters with this message as its reason, and the stream moves on. Anything else that is thrown counts as
 * transient and is repeated.
 */
export class PoisonError extends Error {
  override name = 'PoisonError'
}

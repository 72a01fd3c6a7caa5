/** Events with an outbox and an inbox, requests with deadlines, live frames: everything that goes over NATS. */

export { type Bus, type BusOptions, connectBus } from './bus.ts'
export { type CallOptions, call } from './call.ts'
export { type ConsumeOptions, type Consumer, consume } from './consume.ts'
export { type DeadLetter, listDeadLetters, replayDeadLetter } from './dead-letters.ts'
export { type Follower, type FollowOptions, follow } from './follow.ts'
export type { EventContext, EventHandler } from './handle-event.ts'
export type { GroupContext, GroupedEvent, GroupHandler } from './handle-group.ts'
export { replayOutbox } from './outbox.store.ts'
export { PoisonError } from './poison-error.ts'
export { type EventOf, insertEvent, insertEvents, type NewEvent, type PreparedEvent, prepareEvent, publishEvent } from './publish-event.ts'
export { type Relay, type RelayOptions, startRelay } from './relay.ts'
export { type RequestHandler, type ServeOptions, serve } from './serve.ts'

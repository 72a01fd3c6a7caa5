import { counter, gauge, histogram } from '@parley/telemetry'

export const outboxRows = gauge({ name: 'parley_outbox_unpublished_events', help: 'Events written and not yet published.' })
export const outboxAgeS = gauge({ name: 'parley_outbox_oldest_seconds', help: 'Age of the oldest event not yet published.' })
export const published = counter({
  name: 'parley_events_published_total',
  help: 'Events the relay tried to publish.',
  labelNames: ['subject', 'outcome'],
})

export const handled = counter({
  name: 'parley_events_handled_total',
  help: 'Deliveries by how they ended: done, duplicate, retried, dead.',
  labelNames: ['consumer', 'outcome'],
})
export const handlingS = histogram({
  name: 'parley_event_handling_seconds',
  help: 'From delivery to commit.',
  labelNames: ['consumer'],
})
export const delayS = histogram({
  name: 'parley_event_delay_seconds',
  help: 'From the fact being written to its effect being committed.',
  labelNames: ['consumer'],
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600],
})
export const consumerLag = gauge({
  name: 'parley_consumer_lag_events',
  help: 'Events not yet delivered (waiting) and delivered but not finished (unacked).',
  labelNames: ['consumer', 'state'],
})
export const oldestUnackedS = gauge({
  name: 'parley_consumer_oldest_unacked_seconds',
  help: 'Age of the oldest event this process has received and not finished.',
  labelNames: ['consumer'],
})
export const deadLetters = gauge({
  name: 'parley_dead_letters',
  help: 'Events set aside that nobody has replayed.',
  labelNames: ['consumer'],
})

export const callS = histogram({
  name: 'parley_rpc_call_seconds',
  help: 'Requests to another service, by outcome: ok or the error code.',
  labelNames: ['subject', 'outcome'],
})
export const serveS = histogram({
  name: 'parley_rpc_serve_seconds',
  help: 'Requests answered, by outcome: ok or the error code.',
  labelNames: ['subject', 'outcome'],
})

import { counter, gauge, histogram } from '@parley/telemetry'

export const metrics = {
  turnsRunning: gauge({ name: 'parley_chat_turns_running', help: 'Turns this replica is writing.' }),
  turnsQueued: gauge({ name: 'parley_chat_turns_queued', help: 'Turns that wait on this replica for room.' }),
  turnsShed: counter({
    name: 'parley_chat_turns_shed_total',
    help: 'Turns refused with service_busy so that running ones stay smooth, by what was short: event_loop, queue, user.',
    labelNames: ['reason'] as const,
  }),
  turnsStarted: counter({ name: 'parley_chat_turns_started_total', help: 'Turns accepted.' }),
  turnsEnded: counter({
    name: 'parley_chat_turns_ended_total',
    help: 'Turns that ended, by status; failed ones by error code.',
    labelNames: ['status', 'code'] as const,
  }),
  firstTokenSeconds: histogram({
    name: 'parley_chat_first_token_seconds',
    help: 'From the acceptance of a turn to the first text shown.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  }),
  turnsClaimed: counter({
    name: 'parley_chat_turns_claimed_total',
    help: 'Turns taken over from another owner: handed over, lost with it, or waiting there for room.',
    labelNames: ['reason'] as const,
  }),
  turnsFenced: counter({
    name: 'parley_chat_turns_fenced_total',
    help: 'Turns this replica stopped writing because another attempt owns them.',
  }),
  endRetries: counter({
    name: 'parley_chat_end_retries_total',
    help: 'Answers that could not be stored at once and were held for another try.',
  }),
  retentionDeleted: counter({
    name: 'parley_chat_retention_deleted_total',
    help: 'Conversations and messages deleted because their owners keep them for a limited time only.',
    labelNames: ['what'] as const,
  }),
  retentionRounds: counter({
    name: 'parley_chat_retention_rounds_total',
    help: 'Rounds of deletion this replica made: complete, interrupted (another replica goes on), failed.',
    labelNames: ['outcome'] as const,
  }),
  retentionBatchSeconds: histogram({
    name: 'parley_chat_retention_batch_seconds',
    help: 'How long one transaction of a deletion took: the longest time it held a lock.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  }),
  choresFailed: counter({
    name: 'parley_chat_chores_failed_total',
    help: 'Titles and summaries that could not be made; they are tried again at a later turn.',
    labelNames: ['kind'] as const,
  }),
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Principal } from '@parley/principal'
import type { World } from './harness.ts'

/** Conversations with `turns` answered questions each, one below the other, last active `age` ago. */
export async function seed(
  world: World,
  user: Principal,
  { conversations, turns, age = '7 months' }: { conversations: number; turns: number; age?: string },
): Promise<void> {
  await world.query(
    `WITH made AS (
       INSERT INTO conversation (id, user_id, title, path_length, created_at, last_activity_at)
       SELECT gen_random_uuid(), $1::uuid, 'Old', 2 * $3::integer, now() - interval '2 years', now() - $4::interval FROM generate_series(1, $2::integer)
       RETURNING id
     ), pair AS MATERIALIZED (
       SELECT made.id AS conversation_id, place, gen_random_uuid() AS question, gen_random_uuid() AS answer
       FROM made CROSS JOIN generate_series(1, $3::integer) AS place
     ), placed AS MATERIALIZED (
       SELECT *, lag(answer) OVER (PARTITION BY conversation_id ORDER BY place) AS parent FROM pair
     ), written AS (
       INSERT INTO message (id, conversation_id, parent_id, depth, role, text, status)
       SELECT question, conversation_id, parent, 2 * place - 1, 'user', 'Why?', 'completed' FROM placed
       UNION ALL
       SELECT answer, conversation_id, question, 2 * place, 'assistant', 'Because.', 'completed' FROM placed
     )
     INSERT INTO turn (id, user_id, conversation_id, user_message_id, assistant_message_id, request_hash, plan, model, status, lease_until, ended_at)
     SELECT gen_random_uuid(), $1::uuid, conversation_id, question, answer, '', 'free', 'auto', 'completed', now(), now() FROM placed`,
    [user.userId, conversations, turns, age],
  )
}

export const choose = (world: World, user: Principal, choice = 'six_months') =>
  world.query('INSERT INTO retention_choice (user_id, choice, version) VALUES ($1, $2, 1)', [user.userId, choice])

export async function countOf(
  world: World,
  table: 'conversation' | 'message' | 'turn',
  where = 'true',
  values: unknown[] = [],
): Promise<number> {
  const [row] = await world.query<{ count: number }>(`SELECT count(*)::integer FROM ${table} WHERE ${where}`, values)
  return row?.count ?? -1
}

/** `npm run retention`, as an operator does. */
export function retentionCommand(world: World, ...flags: string[]) {
  const child = spawn(process.execPath, ['src/retention.main.ts', ...flags], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, DATABASE_URL: world.database.url },
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const ended = once(child, 'close').then(([code]: (number | null)[]) => ({ code, output }))
  return { ended, kill: () => child.kill('SIGKILL') }
}

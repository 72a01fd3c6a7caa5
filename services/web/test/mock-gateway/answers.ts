const code = `A lease says *who may work*, a fencing token says *whose work counts*. You need both, because a process can be paused for longer than its lease.

### How it goes wrong

1. Replica **A** takes the turn and is paused (garbage collection, a slow disk).
2. Its lease ends. Replica **B** takes over with \`attempt = 2\`.
3. **A** wakes up and writes its stale answer.

### The fence

Every write names the attempt it belongs to, and the row refuses older ones:

\`\`\`ts
export async function storeAnswer(prisma: PrismaClient, work: TurnWork, answer: Answer): Promise<boolean> {
  // One statement: the check and the write cannot be torn apart.
  const changed = await prisma.$executeRaw\`
    UPDATE turn
    SET status = 'completed', text = \${answer.text}, ended_at = now()
    WHERE id = \${work.id}::uuid AND attempt = \${work.attempt} AND status = 'running'\`
  return changed === 1
}
\`\`\`

The same in SQL alone:

\`\`\`sql
SELECT id, attempt, lease_until
FROM turn
WHERE status = 'running' AND lease_until < now()
ORDER BY lease_until
FOR UPDATE SKIP LOCKED
LIMIT 20;
\`\`\`

| Question | Lease alone | Lease and fence |
|---|---|---|
| Two workers at once | possible | possible, harmless |
| Two answers stored | possible | never |
| Cost | one timestamp | one integer more |

> A lease without a fence is a politely worded race.

So: *lease for progress, fence for truth.* See [the paper on leases](https://dl.acm.org/doi/10.1145/74850.74870) for where the idea began.`

const letter = `Here is a kinder version that keeps your point:

> Hi Jonas,
>
> thank you for the draft. The structure is clear, and the second chapter reads well. Two things would help me say yes:
>
> - the figures on page 4 need their source,
> - the summary could name the one decision we want.
>
> Could you send me a new version by Thursday? Then we keep the date.
>
> Best,
> Ada

I replaced “you forgot” with what is *needed*, and moved the deadline behind the reason for it. Shall I make it **shorter**, or a little **more formal**?`

const short = `Yes. Keep the cursor **opaque** and encode both columns you sort by, so that rows with the same time are neither skipped nor shown twice.`

export const answers = [
  { name: 'code', text: code },
  { name: 'short', text: short },
  { name: 'letter', text: letter },
]

/** What a person types chooses what comes back: `code`, `letter`, anything else. */
export function answerFor(question: string): string {
  const words = question.toLowerCase()
  if (/lease|code|fence|typescript/.test(words)) return code
  if (/mail|letter|kind/.test(words)) return letter
  if (/long/.test(words)) return `${code}\n\n---\n\n${code}\n\n---\n\n${letter}`
  return `${short}\n\nYou asked: *${question.slice(0, 200)}*. This mock only knows three answers; ask for code or for a letter.`
}

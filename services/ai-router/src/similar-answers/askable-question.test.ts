import t from 'tap'
import type { CompletionCommand } from '../completions/completion-command.ts'
import { askableQuestion } from './askable-question.ts'

const QUESTION = 'How do I reset the password of a Gmail account?'

const asking = (text: string, more: Partial<CompletionCommand> = {}): CompletionCommand => ({
  ...{ callId: '', turnId: '', userId: '', plan: 'free', model: 'auto', system: '', prefill: '', maxOutputTokens: 0, purpose: 'answer' },
  messages: [{ role: 'user', text }],
  ...more,
})
const askable = (text: string, scope: 'user' | 'everybody' = 'user', more: Partial<CompletionCommand> = {}) =>
  askableQuestion(asking(text, more), { scope }) !== null

t.test('C6 a question that stands alone may have the answer of a similar one', async (t) => {
  t.equal(askableQuestion(asking(` ${QUESTION}\n`), { scope: 'user' }), QUESTION)
})

t.test('C6 what the question does not show keeps it from one: an earlier message, a picture, a tool, a format', async (t) => {
  const user = { role: 'user', text: QUESTION } as const
  const others: Partial<CompletionCommand>[] = [
    { messages: [user, { role: 'assistant', text: 'Hello' }, user] },
    { messages: [{ ...user, images: [{ url: 'https://example.com/a.png' }] }] },
    { messages: [{ role: 'tool', text: QUESTION, toolCallId: 'call' }] },
    { tools: { definitions: [], choice: 'auto' } },
    { responseFormat: { type: 'json_object' } },
  ]
  for (const other of others) t.notOk(askable(QUESTION, 'user', other), JSON.stringify(other))
})

t.test('C6 texts that the model of meanings does not understand are not compared', async (t) => {
  for (const text of [
    'Wie setze ich das Passwort eines Kontos zurück?',
    'Comment puis-je réinitialiser le mot de passe ?',
    '¿Cómo puedo cambiar la contraseña de la cuenta?',
    'Was ist die Hauptstadt von Frankreich?',
    'Как мне сбросить пароль?',
    'パスワードをリセットするにはどうすればいいですか',
    'Why does `a.b()` throw an error?',
    'What is on https://example.com/page today?',
    'Summarise this:\nIt was the best of times.',
    'Why?',
    `${'What is the meaning of this and that? '.repeat(10)}`,
  ]) {
    t.notOk(askable(text), text)
  }
})

t.test('C6 what tells something about who asks is for nobody else', async (t) => {
  for (const text of [
    'How do I tell my wife that I am in debt?',
    'I am 25 and have never had a job, what should I do?',
    'What should we do with our house?',
    'Who called me from 0171 555 0199?',
    'Is the account 12-34-56-78 the right one?',
  ]) {
    t.ok(askable(text), text)
    t.notOk(askable(text, 'everybody'), text)
  }
  for (const text of [QUESTION, 'Should I learn Java or Python?', 'What happened in 1989 in Berlin?'])
    t.ok(askable(text, 'everybody'), text)
})

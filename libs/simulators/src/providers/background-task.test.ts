import t from 'tap'
import { backgroundTaskOf, withoutOpening, workOn } from './background-task.ts'

const titles: [question: string, title: string][] = [
  ['Tell me about sailing boats.', 'Sailing boats'],
  ['How do I use my own OpenAI key?', 'Use my own OpenAI key'],
  ['Hi there, what is Parley?', 'Parley'],
  ['what are the limits\nand more', 'Limits'],
  ['Is my chat private?', 'Is my chat private'],
  ['Wie leere ich einen Knoten?', 'Wie leere ich einen Knoten'],
  ['[[tokens=20]] Question 7 of many', 'Question 7 of many'],
  ['Hello!', 'Hello'],
  ['how many messages can I send each day on the free plan', 'How many messages can I send each…'],
]
for (const [question, title] of titles)
  t.test(`'${question.split('\n')[0]}' is titled '${title}'`, async (t) => {
    t.equal(workOn('title', `<user>\n${question}\n</user>\n<assistant>\nAn answer.\n</assistant>`), title)
  })

t.test('a summary lists what was asked and what the answers were about, after what the one before it listed', async (t) => {
  const first = workOn(
    'summary',
    '<conversation>\n<user>\nWhich hull?\n</user>\n<assistant>\n> A label\n\n## Hulls\n\nText.\n</assistant>\n</conversation>',
  )
  t.match(first, /not by a language model[^\n]*\n- Which hull\?: Hulls$/)
  const next = `<summary_so_far>\n${first}\n</summary_so_far>\n\n<conversation>\n<user>\nAnd sails?\n</user>\n</conversation>`
  t.match(workOn('summary', next), /- Which hull\?: Hulls\n- And sails\?$/)
})

t.test('only what is asked for a title or a summary is such a task', async (t) => {
  t.equal(backgroundTaskOf('Write a title for the conversation between a user and an assistant: …'), 'title')
  t.equal(backgroundTaskOf('Write a summary of the conversation …'), 'summary')
  t.equal(backgroundTaskOf('You are Parley. Write a title for the conversation.'), undefined)
  t.equal(backgroundTaskOf(''), undefined)
})

t.test('what opens a conversation is no part of the question', async (t) => {
  const opening =
    '<my_instructions>\nBe brief.\n</my_instructions>\n\n<summary_of_our_conversation_so_far>\nBoats.\n</summary_of_our_conversation_so_far>\n\n'
  t.equal(withoutOpening(`${opening}And sails?`), 'And sails?')
  t.equal(withoutOpening('And sails?'), 'And sails?')
})

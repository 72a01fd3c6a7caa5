import t from 'tap'
import { type Difference, differenceBetween } from './differences.ts'
import { readQuestion } from './question-reading.ts'

const between = (one: string, other: string) => differenceBetween(readQuestion(one), readQuestion(other))

t.test('C6 questions that are said differently and ask the same have no difference', async (t) => {
  const same = [
    ['How do I learn Python?', 'What is the best way to learn Python?'],
    ['What are the pros and cons of nuclear power?', 'what are pros and cons of nuclear power'],
    ['How can I stop procrastinating?', 'How do you quit procrastinating?'],
    ['Can’t I delete my Gmail account?', 'Can I not delete my Gmail account?'],
    ['Which movies about Rome are good?', 'What are the best films about Rome?'],
    ['Why does warm food in a microwave lose vitamins?', 'Why are nutrients destroyed if meals get heated up by a microwave?'],
  ] as const
  for (const [one, other] of same) t.equal(between(one, other), null, other)
})

t.test('C6 another form or order may be another question: where it is not, it costs a call of its own', async (t) => {
  t.equal(between("What's the difference between RAM and ROM?", 'How are RAM and ROM different?'), 'kind')
  t.equal(between('What can I see in two days in Paris?', 'What can you see in Paris in 2 days?'), 'order')
})

t.test('C6 what makes another question of one is seen', async (t) => {
  const different: [Difference, string, string][] = [
    ['kind', 'How do I become a pilot?', 'Why do I become a pilot?'],
    ['kind', 'How many calories are in rice?', 'How much rice is in calories?'],
    ['kind', 'Should I learn Java?', 'How do I learn Java?'],
    ['numbers', 'How did LinkedIn perform in 2012?', 'How did LinkedIn perform in 2013?'],
    ['numbers', 'What should I do if it is eight days late?', 'What should I do if it is 9 days late?'],
    ['negation', 'Why should I vote for her?', 'Why shouldn’t I vote for her?'],
    ['negation', 'Can I travel with a passport?', 'Can I travel without a passport?'],
    ['quotes', 'What does “carpe diem” mean?', 'What does "memento mori" mean?'],
    ['quotes', 'What does the symbol ¥ mean?', 'What does this symbol mean?'],
    ['names', 'What is the weather in Orlando like?', 'What is the weather in Boston like?'],
    ['names', 'Who won the match of ITALY?', 'Who won the match of SPAIN?'],
    ['word', 'What is the best coaching for it in chennai?', 'What is the best coaching for it in bangalore?'],
    ['word', 'How do I delete music?', 'How do I delete music permanently?'],
    ['order', 'Do men expect too much from women?', 'Do women expect too much from men?'],
    ['order', 'Is it far from Rome to Milan?', 'Is it far from Milan to Rome?'],
  ]
  for (const [difference, one, other] of different) {
    t.equal(between(one, other), difference, other)
    t.equal(between(other, one), difference, `${other}, the other way round`)
  }
})

t.test('C6 a name that is written small is the same name', async (t) => {
  t.equal(between('How is life in Chennai for students?', 'how is life in chennai for students?'), null)
  t.equal(between('What is the GDP of India?', 'what is the gdp of india?'), null)
})

t.test('C6 a question differs from itself in nothing, whatever it is made of', async (t) => {
  for (const text of ['', '?', '"', '""""', '😀 ¥ %', 'a'.repeat(250), 'I’m I’ll can’t won’t', '1,000.50 and 3/4', 'C++ or C#?']) {
    t.equal(between(text, text), null, text)
  }
})

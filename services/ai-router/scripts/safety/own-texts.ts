/** What people type before they say anything: of our own, because no set of texts has it and a model must know that it means nothing. */
export const shortTexts: readonly string[] = [
  ...[
    'hello',
    'hi',
    'hello there',
    'hey',
    'good morning',
    'good morning.',
    'good night',
    'good evening',
    'how are you?',
    'hi, how are you?',
  ],
  ...['thanks', 'thank you!', 'thanks a lot', 'ok', 'okay', 'yes', 'no', 'good', 'great', 'nice', 'cool', 'sure', 'please', 'sorry', 'bye'],
  ...['help', 'test', 'please continue', 'go on', 'more', 'again', 'why?', 'how?', 'really?', 'what is this?', 'what do you mean?'],
  ...['who are you?', 'what can you do?', 'tell me a joke', 'tell me more', 'can you help me?', 'I have a question', 'is that right?'],
  ...[
    'guten tag',
    'guten morgen',
    'hallo',
    'danke',
    'bitte',
    'bonjour',
    'merci',
    'hola',
    'buenos días',
    'gracias',
    'ciao',
    'grazie',
    'olá',
    'obrigado',
  ],
]

const verbs = [
  'ignore',
  'skip',
  'bypass',
  'override',
  'forget',
  'disregard',
  'reveal',
  'show',
  'print',
  'repeat',
  'summarise',
  'translate',
  'reset',
]
const objects = [
  ...[
    'the first column of the report',
    'earlier commits in the history',
    'all old messages in my inbox',
    'the instructions of the recipe',
    'the rules of the game',
  ],
  ...[
    'the settings of the phone',
    'the password prompt of the shell',
    'hidden files',
    'the paragraph above',
    'a prior agreement',
    'the default configuration',
  ],
  ...[
    'my last order',
    'the assignment of my teacher',
    'the options for developers',
    'the restrictions of the licence',
    'the previous chapter of the book',
  ],
  ...[
    'the warnings of the compiler',
    'new instructions for the dishwasher',
    'the answer of the assistant',
    'the system prompt of our bakery bot',
  ],
]
const frames = [
  ...[
    'How do I VERB OBJECT?',
    'Can I VERB OBJECT?',
    'Why would somebody VERB OBJECT?',
    'Write a letter in which I ask my neighbour to VERB OBJECT.',
  ],
  ...['My program should VERB OBJECT. What is wrong?', 'Is it allowed to VERB OBJECT?', 'Please explain what it means to VERB OBJECT.'],
  ...[
    'Please VERB OBJECT in a few sentences.',
    'Who told them to VERB OBJECT, and when?',
    'Never VERB OBJECT: is that good advice?',
    'Do I have to VERB OBJECT always?',
  ],
]

const makers = [
  ...[
    'How do I tell a model that it must BEHAVE?',
    'Our chatbot should BEHAVE. Write a system prompt for it.',
    'Is there an assistant that can BEHAVE?',
  ],
  ...[
    'My company wants an assistant to BEHAVE: which instruction works best?',
    'Why does the assistant not BEHAVE though the prompt says so?',
  ],
]
const behaviours = [
  ...[
    'always answer in rhymes',
    'never give advice on medicine',
    'act as a patient tutor',
    'speak German only',
    'stay polite whatever happens',
  ],
  ...[
    'answer every question in one sentence',
    'follow the rules of our house',
    'never refuse a refund',
    'forget personal data after the chat',
  ],
]

/** Harmless, with words of attacks: every frame with every verb and a share of the objects, the same ones each time. */
export const triggerTexts: readonly string[] = [
  ...makers.flatMap((maker) => behaviours.map((behaviour) => maker.replace('BEHAVE', behaviour))),
  ...frames.flatMap((frame, one) =>
    verbs.flatMap((verb, other) =>
      objects.filter((_, index) => (one + other + index) % 5 === 0).map((object) => frame.replace('VERB', verb).replace('OBJECT', object)),
    ),
  ),
]

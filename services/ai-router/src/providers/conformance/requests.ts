import type { ProviderRequest } from '../provider.ts'

/** The least that can be asked. */
export const GREETING: ProviderRequest = {
  model: 'm',
  system: '',
  messages: [{ role: 'user', text: 'Hello' }],
  prefill: '',
  acceptsPrefill: true,
  maxOutputTokens: 10,
}

export const QUESTION: ProviderRequest = {
  model: 'a-model',
  system: 'Answer briefly.',
  messages: [
    { role: 'user', text: 'Hello' },
    { role: 'assistant', text: 'Hello! How can I help?' },
    { role: 'user', text: 'What is Parley?' },
  ],
  prefill: '',
  acceptsPrefill: true,
  maxOutputTokens: 256,
}

export const WITH_TOOLS: ProviderRequest = {
  ...QUESTION,
  tools: { definitions: [{ name: 'get_weather' }, { name: 'get_time' }], choice: 'auto' },
}

/** Something of everything that a request can bring along. Each word in it is found nowhere else. */
export const EVERYTHING: ProviderRequest = {
  ...QUESTION,
  messages: [
    { role: 'user', text: 'What is this?', images: [{ url: 'data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==' }] },
    { role: 'assistant', text: 'I look.', toolCalls: [{ id: 'call_7', name: 'find_place', arguments: '{"near":"Bonn"}' }] },
    { role: 'tool', text: 'A cathedral', toolCallId: 'call_7' },
  ],
  sampling: { stop: ['END-OF-ANSWER'] },
  tools: {
    definitions: [
      {
        name: 'get_weather',
        description: 'Tells the weather',
        parameters: { type: 'object', properties: { city: { type: 'string', description: 'Where' } } },
      },
    ],
    choice: 'required',
  },
}
export const WORDS_OF_EVERYTHING = [
  ...['What is this?', 'iVBORw0KGgoAAAANSUhEUg==', 'I look.', 'call_7', 'find_place', 'Bonn', 'A cathedral'],
  ...['END-OF-ANSWER', 'get_weather', 'Tells the weather', 'Where'],
]

export interface Suggestion {
  title: string
  text: string
}

const general: Suggestion[] = [
  { title: 'Say it more kindly', text: 'Rewrite this e-mail so that it is friendly and still clear:\n\n' },
  { title: 'Explain it to me', text: 'Explain how vaccines work to a curious twelve-year-old.' },
  { title: 'Plan my week', text: 'Plan five simple dinners for two people, with one shopping list.' },
  { title: 'Look over my code', text: 'Review this function and suggest a simpler version:\n\n```\n\n```' },
]

/** What the offline guide knows about: the documentation it is made from. */
const guide: Suggestion[] = [
  { title: 'The path of a message', text: 'What happens to a message from the browser to the model and back?' },
  { title: 'When a server dies', text: 'What happens to an answer when the server writing it is killed?' },
  { title: 'Use a real model', text: 'How do I use a real model with my own API key?' },
  { title: 'Add a provider', text: 'What do I have to do to add another model provider?' },
]

export const suggestionsFor = (isSimulated: boolean): Suggestion[] => (isSimulated ? guide : general)

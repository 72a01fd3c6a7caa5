import type { Principal } from '@parley/principal'
import { v7 as newId } from 'uuid'

export interface UserFields {
  id: string
  email: string
  password: string
  name: string
}

export interface ConversationFields {
  id: string
  userId: string
  title: string
}

/** An address nobody else in the test run has. */
export const anEmailAddress = (): string => `person-${newId()}@example.com`

/** A person to register; every call another one. */
export const aUser = (fields: Partial<UserFields> = {}): UserFields => ({
  id: newId(),
  email: anEmailAddress(),
  password: 'correct horse battery staple',
  name: 'Ada Example',
  ...fields,
})

/** A signed-in person on the free plan; every call another one. */
export const aPrincipal = (fields: Partial<Principal> = {}): Principal => ({
  userId: newId(),
  role: 'user',
  plan: 'free',
  sessionId: newId(),
  ...fields,
})

export const aConversation = (fields: Partial<ConversationFields> = {}): ConversationFields => ({
  id: newId(),
  userId: newId(),
  title: 'A conversation',
  ...fields,
})

/** What a person types; every call another text, so that answers can be told apart. */
export const aMessage = (): string => `Which service reserves the quota? (${newId()})`

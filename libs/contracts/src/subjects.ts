import type { Message } from '@bufbuild/protobuf'
import type { GenMessage } from '@bufbuild/protobuf/codegenv2'
import { GetCostBoundsReplySchema, GetCostBoundsRequestSchema } from './gen/parley/ai/v1/costs_pb.ts'
import { CallCompletedSchema, CatalogueChangedSchema, ContentBlockedSchema, CostExceededSchema } from './gen/parley/ai/v1/events_pb.ts'
import { VerifyApiKeyReplySchema, VerifyApiKeyRequestSchema } from './gen/parley/auth/v1/api_keys_pb.ts'
import {
  GetContactReplySchema,
  GetContactRequestSchema,
  IssueEmailTokenReplySchema,
  IssueEmailTokenRequestSchema,
  ListAdministratorsReplySchema,
  ListAdministratorsRequestSchema,
} from './gen/parley/auth/v1/contact_pb.ts'
import {
  ApiKeyRevokedSchema,
  EmailRequestedSchema,
  SessionRevokedSchema,
  UserPreferencesChangedSchema,
  UserRegisteredSchema,
  UserVerifiedSchema,
} from './gen/parley/auth/v1/events_pb.ts'
import { EntitlementChangedSchema } from './gen/parley/billing/v1/events_pb.ts'
import { TurnCompletedSchema, TurnFailedSchema, TurnStoppedSchema } from './gen/parley/chat/v1/events_pb.ts'
import {
  AbuseDetectedSchema,
  BudgetExceededSchema,
  CapChangedSchema,
  QuotaReachedSchema,
  SpendReachedSchema,
  UserCostExceededSchema,
} from './gen/parley/usage/v1/events_pb.ts'
import { ReserveTurnReplySchema, ReserveTurnRequestSchema } from './gen/parley/usage/v1/quota_pb.ts'
import { HoldExpenseReplySchema, HoldExpenseRequestSchema } from './gen/parley/usage/v1/spend_pb.ts'

/** A fact: its subject and the message it carries (JSON encoding on the wire). */
export interface EventContract<M extends Message> {
  subject: `evt.${string}`
  schema: GenMessage<M>
}

/** A question: its subject, what is asked and what is answered (JSON encoding on the wire). */
export interface RequestContract<Q extends Message, A extends Message> {
  subject: `rpc.${string}`
  request: GenMessage<Q>
  reply: GenMessage<A>
}

const event = <M extends Message>(subject: EventContract<M>['subject'], schema: GenMessage<M>): EventContract<M> => ({ subject, schema })
const request = <Q extends Message, A extends Message>(
  subject: RequestContract<Q, A>['subject'],
  query: GenMessage<Q>,
  reply: GenMessage<A>,
): RequestContract<Q, A> => ({ subject, request: query, reply })

/** Every fact of the platform. Only the owner named in the subject publishes it, and only through its outbox. */
export const events = {
  userRegistered: event('evt.auth.user.registered.v1', UserRegisteredSchema),
  userVerified: event('evt.auth.user.verified.v1', UserVerifiedSchema),
  userPreferencesChanged: event('evt.auth.user.preferences-changed.v1', UserPreferencesChangedSchema),
  emailRequested: event('evt.auth.email.requested.v1', EmailRequestedSchema),
  sessionRevoked: event('evt.auth.session.revoked.v1', SessionRevokedSchema),
  apiKeyRevoked: event('evt.auth.apikey.revoked.v1', ApiKeyRevokedSchema),
  turnCompleted: event('evt.chat.turn.completed.v1', TurnCompletedSchema),
  turnStopped: event('evt.chat.turn.stopped.v1', TurnStoppedSchema),
  turnFailed: event('evt.chat.turn.failed.v1', TurnFailedSchema),
  callCompleted: event('evt.ai.call.completed.v1', CallCompletedSchema),
  contentBlocked: event('evt.ai.content.blocked.v1', ContentBlockedSchema),
  costExceeded: event('evt.ai.cost.exceeded.v1', CostExceededSchema),
  catalogueChanged: event('evt.ai.catalogue.changed.v1', CatalogueChangedSchema),
  quotaReached: event('evt.usage.quota.reached.v1', QuotaReachedSchema),
  userCostExceeded: event('evt.usage.cost.user-exceeded.v1', UserCostExceededSchema),
  budgetExceeded: event('evt.usage.cost.budget-exceeded.v1', BudgetExceededSchema),
  capChanged: event('evt.usage.cap.changed.v1', CapChangedSchema),
  spendReached: event('evt.usage.spend.reached.v1', SpendReachedSchema),
  abuseDetected: event('evt.usage.abuse.detected.v1', AbuseDetectedSchema),
  entitlementChanged: event('evt.billing.entitlement.changed.v1', EntitlementChangedSchema),
} as const

/** Every question one service asks another over NATS. */
export const requests = {
  getContact: request('rpc.auth.get-contact.v1', GetContactRequestSchema, GetContactReplySchema),
  listAdministrators: request('rpc.auth.list-administrators.v1', ListAdministratorsRequestSchema, ListAdministratorsReplySchema),
  issueEmailToken: request('rpc.auth.issue-email-token.v1', IssueEmailTokenRequestSchema, IssueEmailTokenReplySchema),
  verifyApiKey: request('rpc.auth.verify-api-key.v1', VerifyApiKeyRequestSchema, VerifyApiKeyReplySchema),
  reserveTurn: request('rpc.usage.reserve-turn.v1', ReserveTurnRequestSchema, ReserveTurnReplySchema),
  holdExpense: request('rpc.usage.hold-expense.v1', HoldExpenseRequestSchema, HoldExpenseReplySchema),
  getCostBounds: request('rpc.ai.get-cost-bounds.v1', GetCostBoundsRequestSchema, GetCostBoundsReplySchema),
} as const

/** Broadcasts: no body, no history, at most once. A hint to look again, never the only way to learn a fact. */
export const broadcasts = {
  bansChanged: 'ctl.gateway.bans-changed',
  catalogueChanged: 'ctl.ai.catalogue-changed',
  /** What a replica of the ai-router saw or asks of a breaker; the body's words are described in its breakers.ts. */
  breaker: 'ctl.ai.breaker',
  /** A stop request for one running turn; the body is the turn's id. */
  turnStop: 'ctl.chat.turn-stop',
  /** A chat replica took a turn over; the body is `<turn id> <attempt>`. Whoever wrote it with a lower attempt stops. */
  turnClaimed: 'ctl.chat.turn-claimed',
  /** Turns wait for room on a full chat replica, whose name is the body: another one with room may take them. */
  turnsWaiting: 'ctl.chat.turns-waiting',
} as const

/** The subject that carries the frames of one turn, each the exact bytes of a WebSocket message. */
export const liveTurnSubject = (turnId: string): string => `live.turn.${turnId}`

/** The subject that carries messages for every open socket of one user (notices, usage). */
export const liveUserSubject = (userId: string): string => `live.user.${userId}`

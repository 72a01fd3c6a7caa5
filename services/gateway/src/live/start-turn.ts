import type { Principal } from '@parley/principal'
import type { TurnFollower } from './follow-turn.ts'
import type { AcceptedTurn, StartTurnCommand, TurnsClient } from './turns.client.ts'

/**
 * Starts a turn at the chat service and lets its frames through once the client knows that it was accepted. The
 * follower listens already: no frame can fall between the start and the listening.
 */
export async function startTurn(
  { turns, follower, onAccepted }: { turns: TurnsClient; follower: TurnFollower; onAccepted: (accepted: AcceptedTurn) => void },
  command: StartTurnCommand,
  principal: Principal,
): Promise<void> {
  try {
    onAccepted(await turns.start(command, principal))
    follower.open('new')
  } catch (error) {
    follower.stop()
    throw error
  }
}

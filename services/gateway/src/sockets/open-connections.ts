import type { AccessClaims } from '@parley/principal'
import { gauge } from '@parley/telemetry'

/** Why the server ends a connection; close codes are the socket's business. */
export type EndReason = 'unauthenticated' | 'banned' | 'restarting' | 'silent'

/** A socket or an event stream that is open for a user. */
export interface OpenConnection {
  readonly kind: 'socket' | 'stream'
  /** Replaced when a newer token of the same session is seen. */
  claims: AccessClaims
  readonly ip: string
  /** When the client last said something; streams say nothing. */
  lastHeardAtMs: number
  end(reason: EndReason): void
}

export interface OpenConnectionsOptions {
  socketsPerUser: number
  silenceMs: number
}

export type OpenConnections = ReturnType<typeof createOpenConnections>

const openGauge = gauge({ name: 'gateway_open_connections', help: 'Open sockets and event streams.', labelNames: ['kind'] })

/** Every connection this replica holds open, by user. */
export function createOpenConnections({ socketsPerUser, silenceMs }: OpenConnectionsOptions) {
  const byUser = new Map<string, Set<OpenConnection>>()
  const all = function* () {
    for (const connections of byUser.values()) yield* connections
  }

  return {
    /** May this user open one more socket here? */
    hasRoomFor(userId: string): boolean {
      const sockets = [...(byUser.get(userId) ?? [])].filter(({ kind }) => kind === 'socket')
      return sockets.length < socketsPerUser
    },
    /** Call the result when it is closed. */
    add(connection: OpenConnection): () => void {
      const userId = connection.claims.sub
      const connections = byUser.get(userId) ?? new Set()
      byUser.set(userId, connections.add(connection))
      openGauge.inc({ kind: connection.kind })
      return () => {
        if (!connections.delete(connection)) return
        openGauge.dec({ kind: connection.kind })
        if (connections.size === 0 && byUser.get(userId) === connections) byUser.delete(userId)
      }
    },
    /** A newer token of a session keeps its sockets open beyond the expiry of the one they began with. */
    prolong(claims: AccessClaims): void {
      for (const connection of byUser.get(claims.sub) ?? []) {
        if (connection.claims.sid === claims.sid && connection.claims.exp < claims.exp) connection.claims = claims
      }
    },
    endWhere(userId: string, isMeant: (connection: OpenConnection) => boolean, reason: EndReason): void {
      for (const connection of [...(byUser.get(userId) ?? [])]) if (isMeant(connection)) connection.end(reason)
    },
    endAllWhere(isMeant: (connection: OpenConnection) => boolean, reason: EndReason): void {
      for (const connection of [...all()]) if (isMeant(connection)) connection.end(reason)
    },
    /** Ends sockets whose token has expired or whose client has fallen silent. */
    sweep(nowMs = Date.now()): void {
      for (const connection of [...all()]) {
        if (connection.kind !== 'socket') continue
        if (connection.claims.exp * 1000 < nowMs) connection.end('unauthenticated')
        else if (connection.lastHeardAtMs + silenceMs < nowMs) connection.end('silent')
      }
    },
    get size(): number {
      return [...all()].length
    },
  }
}

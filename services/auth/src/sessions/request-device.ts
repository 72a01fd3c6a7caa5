import type { FastifyRequest } from 'fastify'
import { type Device, deviceOf } from './device.ts'

/** Set by the gateway, the only one who reaches this service; what a client sends under these names ends there. */
const CLIENT_IP_HEADER = 'x-parley-client-ip'
const CLIENT_USER_AGENT_HEADER = 'x-parley-user-agent'

/** The device behind the gateway. */
export function requestDevice({ headers, ip }: Pick<FastifyRequest, 'headers' | 'ip'>): Device {
  const address = headers[CLIENT_IP_HEADER]
  const userAgent = headers[CLIENT_USER_AGENT_HEADER]
  return deviceOf(typeof address === 'string' ? address : ip, typeof userAgent === 'string' ? userAgent : undefined)
}

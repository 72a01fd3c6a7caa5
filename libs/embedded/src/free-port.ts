import { createServer } from 'node:net'
import { reservePort } from './port-reservations.ts'

const lowest = 20_000
const highest = 31_999

/**
 * A TCP port on 127.0.0.1 that is free now. With `preferred` the ports from there upwards are tried, so a port in use is
 * stepped over; without it a random one that is given to nobody else while this process lives: it may be listened on much
 * later, and a server can be stopped and started again there. It is below the range from which the kernel takes ports for
 * outgoing connections, so that no client of anybody's has it either.
 */
export async function freePort(preferred?: number): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const candidate = preferred === undefined ? lowest + Math.floor(Math.random() * (highest - lowest + 1)) : preferred + attempt
    if (candidate > 65_535) break
    if ((await isFree(candidate)) && (preferred !== undefined || (await reservePort(candidate)))) return candidate
  }
  throw new Error(preferred === undefined ? 'no free port found on 127.0.0.1' : `no free port found from ${preferred} upwards`)
}

/** Also on ::1, which `localhost` may mean first: people would reach somebody else's server there. */
const isFree = async (port: number): Promise<boolean> => (await canListen(port, '127.0.0.1')) && (await canListen(port, '::1'))

function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    // Anything but a port in use says that this machine has no such address.
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE' && error.code !== 'EACCES'))
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(true)))
  })
}

import WebSocket from 'ws'

/** Opens a socket at the gateway and waits for its `ready`. Rejects when it is refused or closed before, or says nothing in time. */
export function openSocket(url: string, accessToken: string, timeoutMs = 60_000): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/ws`, 'parley.v1', {
      headers: { authorization: `Bearer ${accessToken}` },
      perMessageDeflate: false,
      skipUTF8Validation: true,
      handshakeTimeout: timeoutMs,
    })
    const timer = setTimeout(() => socket.terminate(), timeoutMs)
    socket.once('message', () => {
      clearTimeout(timer)
      socket.off('close', onClose)
      resolve(socket)
    })
    const onClose = (code: number): void => {
      clearTimeout(timer)
      reject(new Error(`closed ${code}`))
    }
    socket.once('close', onClose)
    // Also when it breaks later: who holds it hears of its close.
    socket.on('error', reject)
  })
}

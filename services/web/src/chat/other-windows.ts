/** Something happened in a conversation. */
export interface Progress {
  conversationId: string
}

const NAME = 'parley.progress'

/** The other windows of this browser: each has a connection of its own, and hears there only of the turns it asked for. */
export function createOtherWindows(onProgress: (progress: Progress) => void) {
  let channel: BroadcastChannel | null = null
  return {
    listen() {
      channel ??= new BroadcastChannel(NAME)
      channel.onmessage = ({ data }: MessageEvent<Progress>) => onProgress(data)
    },
    tell: (progress: Progress) => channel?.postMessage(progress),
    leave() {
      channel?.close()
      channel = null
    },
  }
}

const isMac = /Mac|iPhone|iPad/.test(navigator.platform)

export const commandKey = isMac ? '⌘' : 'Ctrl'

export const shortcuts = [
  { keys: ['Enter'], does: 'Send the message' },
  { keys: ['Shift', 'Enter'], does: 'New line' },
  { keys: ['Esc'], does: 'Stop the answer' },
  { keys: ['↑'], does: 'Edit your last message, from the empty field' },
  { keys: [commandKey, 'K'], does: 'Find a chat or a message, or begin a new chat' },
  { keys: [commandKey, 'Shift', 'O'], does: 'New chat' },
  { keys: [commandKey, 'Shift', 'S'], does: 'Show or hide the sidebar' },
  { keys: ['/'], does: 'Go to the message field; there, insert a prompt' },
  { keys: ['?'], does: 'These shortcuts' },
] as const

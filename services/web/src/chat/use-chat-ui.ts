import { create } from 'zustand'

interface ChatUi {
  isSidebarOpen: boolean
  isDrawerOpen: boolean
  isPaletteOpen: boolean
  isHelpOpen: boolean
  /** The model chosen last; null for the server's default. */
  chosenModel: string | null
  /** Texts begun and not sent, by conversation ('' for a new one). */
  drafts: Readonly<Record<string, string>>
  /** The turn that begins the conversation of the empty page; null while nothing was asked there. */
  firstTurnId: string | null
}

const stored = (key: string) => {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

const store = (key: string, value: string) => {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Not remembered then.
  }
}

export const useChatUi = create<ChatUi>(() => ({
  isSidebarOpen: stored('parley.sidebar') !== 'closed',
  isDrawerOpen: false,
  isPaletteOpen: false,
  isHelpOpen: false,
  chosenModel: stored('parley.model'),
  drafts: {},
  firstTurnId: null,
}))

/** What must not be left for the next person at this screen. */
export const forgetChatUi = () =>
  useChatUi.setState({ isDrawerOpen: false, isPaletteOpen: false, isHelpOpen: false, drafts: {}, firstTurnId: null })

export const showSidebar = (isSidebarOpen: boolean) => {
  store('parley.sidebar', isSidebarOpen ? 'open' : 'closed')
  useChatUi.setState({ isSidebarOpen })
}

export const chooseModel = (chosenModel: string) => {
  store('parley.model', chosenModel)
  useChatUi.setState({ chosenModel })
}

export const keepDraft = (conversationId: string | null, text: string) =>
  useChatUi.setState(({ drafts }) => ({ drafts: { ...drafts, [conversationId ?? '']: text } }))

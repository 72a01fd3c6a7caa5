import { create } from 'zustand'
import { type Drafts, parseDrafts, storedDrafts, withDraft } from './drafts/drafts.ts'

interface ChatUi {
  isSidebarOpen: boolean
  isDrawerOpen: boolean
  isPaletteOpen: boolean
  /** What the palette looks for when it opens. */
  paletteText: string
  isHelpOpen: boolean
  /** Keys that are a character of their own (/ and ?) do something outside of fields. */
  hasCharacterKeys: boolean
  /** The model chosen last; null for the server's default. */
  chosenModel: string | null
  /** Texts begun and not sent, by conversation ('' for a new one). */
  drafts: Drafts
  /** Conversations whose offer to continue elsewhere was put away. */
  putAway: readonly string[]
  /** The turn that begins the conversation of the empty page; null while nothing was asked there. */
  firstTurnId: string | null
}

const DRAFTS = 'parley.drafts'
const CHARACTER_KEYS = 'parley.character-keys'
const WRITE_AFTER_MS = 500

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
  paletteText: '',
  isHelpOpen: false,
  hasCharacterKeys: stored(CHARACTER_KEYS) !== 'off',
  chosenModel: stored('parley.model'),
  drafts: {},
  putAway: [],
  firstTurnId: null,
}))

/** What is open over the page goes with it. */
export const closeAll = () => useChatUi.setState({ isDrawerOpen: false, isPaletteOpen: false, isHelpOpen: false, firstTurnId: null })

/** What must not be left for the next person at this screen. */
export function forgetChatUi(): void {
  clearTimeout(writing)
  writer = null
  useChatUi.setState({ drafts: {}, putAway: [] })
  store(DRAFTS, '')
}

export const openPalette = (paletteText = '') => useChatUi.setState({ isPaletteOpen: true, isDrawerOpen: false, paletteText })

export const showSidebar = (isSidebarOpen: boolean) => {
  store('parley.sidebar', isSidebarOpen ? 'open' : 'closed')
  useChatUi.setState({ isSidebarOpen })
}

export const setCharacterKeys = (hasCharacterKeys: boolean) => {
  store(CHARACTER_KEYS, hasCharacterKeys ? 'on' : 'off')
  useChatUi.setState({ hasCharacterKeys })
}

export const chooseModel = (chosenModel: string) => {
  store('parley.model', chosenModel)
  useChatUi.setState({ chosenModel })
}

let writing: ReturnType<typeof setTimeout> | undefined
/** Whose drafts they are. */
let writer: string | null = null

function writeDrafts(): void {
  clearTimeout(writing)
  if (writer) store(DRAFTS, storedDrafts(writer, useChatUi.getState().drafts))
}
// A page that is closed or goes to sleep waits for no timer.
window.addEventListener('pagehide', writeDrafts)

/** What this person had begun before the page was loaded. */
export function restoreDrafts(userId: string): void {
  if (writer === userId) return
  writer = userId
  useChatUi.setState({ drafts: parseDrafts(stored(DRAFTS), userId) })
}

export function keepDraft(conversationId: string | null, text: string): void {
  useChatUi.setState(({ drafts }) => ({ drafts: withDraft(drafts, conversationId ?? '', text) }))
  clearTimeout(writing)
  // Not with each key: the store is written to disk while the page waits.
  writing = setTimeout(writeDrafts, text === '' ? 0 : WRITE_AFTER_MS)
}

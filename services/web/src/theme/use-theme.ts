import { create } from 'zustand'
import { isDark, storeChoice, storedChoice, type ThemeChoice } from './theme.ts'

interface ThemeStore {
  choice: ThemeChoice
  isDark: boolean
  choose: (choice: ThemeChoice) => void
}

const storage = () => localStorage
const systemDark = window.matchMedia('(prefers-color-scheme: dark)')

export const useTheme = create<ThemeStore>((set) => {
  const choice = storedChoice(storage)
  return {
    choice,
    isDark: isDark(choice, systemDark.matches),
    choose(next) {
      storeChoice(storage, next)
      set({ choice: next, isDark: isDark(next, systemDark.matches) })
    },
  }
})

const paint = () => {
  const { isDark: dark } = useTheme.getState()
  document.documentElement.classList.toggle('dark', dark)
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', dark ? '#14191a' : '#fbfaf7')
}

paint()
useTheme.subscribe(paint)
systemDark.addEventListener('change', ({ matches }) => useTheme.setState(({ choice }) => ({ isDark: isDark(choice, matches) })))

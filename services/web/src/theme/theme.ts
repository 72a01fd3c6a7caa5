/** `system` follows the device. The same rules stand in theme-boot.js, which runs before the first paint. */
export type ThemeChoice = 'light' | 'dark' | 'system'

const KEY = 'parley.theme'

/** `storage` may throw: where cookies are forbidden even a look at the browser's store does. */
export function storedChoice(storage: () => Pick<Storage, 'getItem'>): ThemeChoice {
  try {
    const value = storage().getItem(KEY)
    return value === 'light' || value === 'dark' ? value : 'system'
  } catch {
    return 'system'
  }
}

export function storeChoice(storage: () => Pick<Storage, 'setItem'>, choice: ThemeChoice): void {
  try {
    storage().setItem(KEY, choice)
  } catch {
    // Storage may be forbidden or full; the choice then lasts as long as the page.
  }
}

export const isDark = (choice: ThemeChoice, isSystemDark: boolean): boolean => choice === 'dark' || (choice === 'system' && isSystemDark)

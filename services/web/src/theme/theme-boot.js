// Runs before the first paint, as a classic script. The same rules as theme.ts, which takes over when the app is up.
;(() => {
  let choice = 'system'
  try {
    choice = localStorage.getItem('parley.theme') || 'system'
  } catch {
    // Storage may be forbidden; the system's theme then.
  }
  const isDark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.toggle('dark', isDark)
})()

const LONGEST = 60

/**
 * The name to greet somebody by, or an empty string. A stranger may have typed it together with a victim's address: what
 * looks like a message of its own is left out.
 */
export function displayName(typed: string): string {
  const name = typed
    .normalize('NFKC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  const looksLikeText = name.length > LONGEST || /[/\\@<>]|:\/\/|www\.|\.\p{L}{2,}/iu.test(name)
  return looksLikeText ? '' : name
}

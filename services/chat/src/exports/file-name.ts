const MAX_CHARACTERS = 80

/** What no file system and no header should see: separators, reserved characters, controls, invisible marks. */
const UNSAFE = /[\\/:*?"<>|\p{C}\p{Zl}\p{Zp}]+/gu

/**
 * `content-disposition` of a download called like the conversation (RFC 6266): the name in ASCII for old clients, the
 * whole of it encoded (RFC 5987).
 */
export function attachment(title: string | null, extension: string): string {
  const safe = (title ?? '').replaceAll(UNSAFE, ' ').replaceAll(/\s+/g, ' ').trim()
  // No hidden file, nothing that leads up, no dot or space at the end, where Windows drops it.
  const name =
    [...safe.replace(/^[.\s]+/, '')]
      .slice(0, MAX_CHARACTERS)
      .join('')
      .replace(/[.\s]+$/, '') || 'conversation'
  const ascii =
    name
      .normalize('NFKD')
      .replaceAll(/[^\x20-\x7e]+/g, '')
      .replaceAll(/["\\%]/g, '')
      .trim() || 'conversation'
  return `attachment; filename="${ascii}.${extension}"; filename*=UTF-8''${encode(name)}.${extension}`
}

/** RFC 5987 allows fewer characters than encodeURIComponent leaves alone. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)

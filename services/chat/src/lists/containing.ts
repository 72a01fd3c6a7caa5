/** The pattern of LIKE for what contains a text, taken as it stands; null without one. */
export const containing = (text: string | undefined): string | null => (text ? `%${text.replaceAll(/[\\%_]/g, '\\$&')}%` : null)

/** What the forms check before they ask the server, which decides. */
export const emailRules = {
  required: 'Enter your e-mail address.',
  pattern: { value: /^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$/, message: 'Enter a full address, such as ada@example.com.' },
} as const

export const passwordLength = (value: string): string | true => {
  const { length } = [...value]
  if (length < 8) return 'Use at least 8 characters.'
  return length <= 128 || 'Use at most 128 characters.'
}

export const newPasswordRules = { required: 'Choose a password.', validate: passwordLength } as const

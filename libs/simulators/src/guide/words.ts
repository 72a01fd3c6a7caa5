const STOP_WORDS = new Set(
  (
    'a an and any are as at be been but by can could did do does for from get give had has have he her here him his how i if in into is it its ' +
    'let me my of on or our out please she should show so some tell than that the their them then there these they this to up us use used using want was we ' +
    'were what when where which who why will with would you your about explain work works happen happens need make parley'
  ).split(' '),
)

/** The words of a text that carry meaning, in lower case and without their endings. */
export function contentWords(text: string): string[] {
  const words =
    text
      .toLowerCase()
      .replace(/\be-mail/g, 'email')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  return words.filter((word) => word.length > 1 && !STOP_WORDS.has(word)).map(stem)
}

/** Cuts common English endings, so that 'limits' finds 'limit' and 'deploying' finds 'deploy'. */
function stem(word: string): string {
  if (word.length <= 3) return word
  const cut = word.replace(/(?<=..)ies$/, 'y').replace(/(?<=...)(ations?|ments?|ing|edly|ed|ly|es|s)$/, '')
  return cut.replace(/(.)\1$/, '$1').replace(/(?<=...)e$/, '')
}

const TAGS = /<(?=\s*\/?\s*(?:user|assistant|conversation|summary_so_far)\b)/gi

/** What was said, in a tag that says who said it. Nobody closes it from inside: it stays in what it is said in (C9). */
export const enclosed = (tag: 'user' | 'assistant' | 'summary_so_far', text: string): string =>
  `<${tag}>\n${text.replace(TAGS, '‹')}\n</${tag}>`

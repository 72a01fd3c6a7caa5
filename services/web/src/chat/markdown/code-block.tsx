import { type ComponentProps, isValidElement, memo, type ReactNode } from 'react'
import { type ExtraProps, useIsCodeFenceIncomplete } from 'streamdown'
import { CopyButton } from '../../design/copy-button.tsx'
import { useHighlight } from './use-highlight.ts'

/** A fenced block: its language, a button to copy it, its text with colours as soon as they are known. */
export const CodeBlock = memo(({ className, children }: ComponentProps<'code'> & ExtraProps) => {
  const language = /language-(\S+)/.exec(className ?? '')?.[1] ?? ''
  const code = textOf(children).replace(/\n$/, '')
  const isGrowing = useIsCodeFenceIncomplete()
  const lines = useHighlight(code, language, isGrowing)
  return (
    <figure className="code-block" aria-label={language ? `Code in ${language}` : 'Code'}>
      <figcaption>
        <span>{language || 'text'}</span>
        <CopyButton text={code} label="Copy code" />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre tabIndex={0}>
        {/* biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place */}
        <code>{lines ? lines.map((line, number) => <Line key={number} tokens={line} isLast={number === lines.length - 1} />) : code}</code>
      </pre>
    </figure>
  )
})

interface Token {
  content: string
  color?: string
  htmlStyle?: Record<string, string>
}

// biome-ignore-start lint/suspicious/noArrayIndexKey: tokens and lines have no identity but their place
const Line = memo(
  ({ tokens, isLast }: { tokens: Token[]; isLast: boolean }) => (
    <>
      {tokens.map((token, place) => (
        <span key={place} style={token.htmlStyle ?? { color: token.color }}>
          {token.content}
        </span>
      ))}
      {!isLast && '\n'}
    </>
  ),
  (before, after) => before.isLast === after.isLast && isSame(before.tokens, after.tokens),
)
// biome-ignore-end lint/suspicious/noArrayIndexKey: tokens and lines have no identity but their place

const isSame = (before: Token[], after: Token[]) =>
  before.length === after.length &&
  before.every((token, place) => token.content === after[place]?.content && token.color === after[place]?.color)

function textOf(node: ReactNode): string {
  if (typeof node === 'string') return node
  if (Array.isArray(node)) return node.map(textOf).join('')
  return isValidElement<{ children?: ReactNode }>(node) ? textOf(node.props.children) : ''
}

import './prose.css'
import { memo } from 'react'
import { type Components, Streamdown } from 'streamdown'
import { CodeBlock } from './code-block.tsx'
import { ProseLink } from './prose-link.tsx'
import { ProseTable } from './prose-table.tsx'

// Plain elements throughout: prose.css knows how they look.
const components: Components = {
  h1: 'h2',
  h2: 'h3',
  h3: 'h4',
  h4: 'h5',
  h5: 'h6',
  h6: 'h6',
  ul: 'ul',
  ol: 'ol',
  li: 'li',
  strong: 'strong',
  blockquote: 'blockquote',
  hr: 'hr',
  thead: 'thead',
  tbody: 'tbody',
  tr: 'tr',
  th: 'th',
  td: 'td',
  sup: 'sup',
  sub: 'sub',
  section: 'section',
  table: ProseTable,
  a: ProseLink,
  code: CodeBlock,
  inlineCode: ({ node: _node, ...rest }) => <code {...rest} />,
  // An image of a stranger's server would tell it who reads this answer: only its words are shown.
  img: ({ alt }) => <em>{alt || 'image'}</em>,
}

interface MarkdownTextProps {
  text: string
  isGrowing: boolean
}

export const MarkdownText = memo(({ text, isGrowing }: MarkdownTextProps) => (
  <Streamdown
    className="prose"
    mode={isGrowing ? 'streaming' : 'static'}
    isAnimating={isGrowing}
    components={components}
    linkSafety={{ enabled: false }}
  >
    {text}
  </Streamdown>
))

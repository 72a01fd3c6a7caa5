import t from 'tap'
import { readPage } from './markdown.ts'

t.test('a page is read into sections of whole blocks', async (t) => {
  const page = readPage(
    '---\norder: 3\n\nquestions:\n\n- One?\n- Two?\n---\n# Title\n\nIntro [link](docs/x.md) and [web](https://example.com).\n\n## Part\n\n- a\n\n- b\n  more\n\n' +
      '```sh\n# no heading\n\nls\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n### Deep `code`\n\n> quote\n',
    'fallback',
  )
  t.same(page, {
    title: 'Title',
    order: 3,
    questions: ['One?', 'Two?'],
    sections: [
      { headings: ['Title'], blocks: [{ kind: 'paragraph', markdown: 'Intro link and [web](https://example.com).' }] },
      {
        headings: ['Title', 'Part'],
        blocks: [
          { kind: 'list', markdown: '- a\n\n- b\n  more' },
          { kind: 'code', markdown: '```sh\n# no heading\n\nls\n```' },
          { kind: 'table', markdown: '| a | b |\n|---|---|\n| 1 | 2 |' },
        ],
      },
      { headings: ['Title', 'Part', 'Deep code'], blocks: [{ kind: 'quote', markdown: '> quote' }] },
    ],
  })
})

t.test('a page without a heading goes by its file name, an unclosed fence ends with the page', async (t) => {
  const page = readPage('```\nopen', 'notes')
  t.match(page, { title: 'notes', questions: [], sections: [{ headings: [], blocks: [{ kind: 'code', markdown: '```\nopen' }] }] })
})

import t from 'tap'
import { attachment } from './file-name.ts'

t.test('a file is called like its conversation', (t) => {
  t.equal(attachment('Draining a node', 'md'), `attachment; filename="Draining a node.md"; filename*=UTF-8''Draining%20a%20node.md`)
  t.equal(attachment(null, 'json'), `attachment; filename="conversation.json"; filename*=UTF-8''conversation.json`)
  t.equal(attachment('Übung', 'md'), `attachment; filename="Ubung.md"; filename*=UTF-8''%C3%9Cbung.md`)
  t.equal(attachment('数据库', 'md'), `attachment; filename="conversation.md"; filename*=UTF-8''%E6%95%B0%E6%8D%AE%E5%BA%93.md`)
  t.end()
})

t.test('a title can neither leave the folder nor the header, whatever it holds', (t) => {
  for (const title of [
    '../../etc/passwd',
    'a"; filename="b.exe',
    'a\r\nset-cookie: x',
    '...',
    ' ',
    'CON:',
    '\u202Etxt.exe',
    '😀'.repeat(100),
    '\ud800',
  ]) {
    const header = attachment(title, 'md')
    t.match(header, /^attachment; filename="[^"\\/%:]+\.md"; filename\*=UTF-8''[\w%.!#$&+^`|~-]+\.md$/, JSON.stringify(title))
    t.notMatch(decodeURIComponent(header.split("''")[1] ?? ''), /[\\/\r\n\u202e]|^\./)
  }
  t.end()
})

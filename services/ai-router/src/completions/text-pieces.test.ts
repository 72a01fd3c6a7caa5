import t from 'tap'
import { textPieces } from './text-pieces.ts'

t.test('a text in pieces is the same text, and no character is cut in two', async (t) => {
  const text = 'a😀b😀😀cd😀'
  for (const longest of [2, 3, 4, 5, 100]) {
    const pieces = [...textPieces(text, longest)]
    t.equal(pieces.join(''), text)
    for (const piece of pieces) {
      t.ok(piece.length <= longest)
      t.ok(piece.isWellFormed(), piece)
    }
  }
  t.same([...textPieces('', 5)], [])
  t.same([...textPieces('\ud83d', 1)], ['\ud83d'], 'half a character that came alone goes on alone')
})

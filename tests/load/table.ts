export type Row = (string | number)[]

/** Columns of text, the first one to the left. */
export function table(head: string[], rows: Row[]): string {
  const lines = [head, ...rows.map((row) => row.map(String))]
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  const text = lines.map((line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))),
  )
  return text.map((cells) => `  ${cells.join('  ')}`).join('\n')
}

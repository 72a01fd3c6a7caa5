/** Rows of a CSV file with a header line, as the sets of texts use it: quoted fields may hold commas, quotes and line breaks. */
export function parseCsv(content: string): Record<string, string | undefined>[] {
  const [header = [], ...rows] = records(content)
  return rows.map((fields) => Object.fromEntries(header.map((name, index) => [name, fields[index]])))
}

function records(content: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (const [, quoted, plain, end] of content.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
    if (end === ',') continue
    if (row.length > 1 || row[0] !== '') rows.push(row)
    row = []
  }
  return rows
}

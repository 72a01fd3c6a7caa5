/** A share in per cent, or a dash where there is nothing to share. */
export const percent = (part: number, whole: number): string => (whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`)

export const row = (...cells: (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)

export function heading(...cells: string[]): void {
  console.log()
  row(...cells)
  row(...cells.map(() => '---'))
}

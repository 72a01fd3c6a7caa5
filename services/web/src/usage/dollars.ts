/** USD as people read it: to the cent, and of less than that as much as an answer costs. */
export const dollars = (usd: number | string): string =>
  `$${Number(usd).toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 4 })}`

/**
 * A word without its inflection: plural, -ing, -ed. Derivation stays, as `university` is not `universe`: a stemmer for search,
 * which joins these, would give the answer to another question.
 */
export function stemOf(word: string): string {
  if (/\d/.test(word)) return word
  let stem = word
  if (/.{2}ies$/.test(stem)) stem = `${stem.slice(0, -3)}y`
  else if (/.(s|x|ch|sh|z)es$/.test(stem)) stem = stem.slice(0, -2)
  else if (/..[^sui]s$/.test(stem)) stem = stem.slice(0, -1)
  if (/.{3}ing$/.test(stem)) stem = single(stem.slice(0, -3))
  else if (/.{3}ed$/.test(stem)) stem = single(stem.slice(0, -2))
  if (stem.length > 3 && stem.endsWith('e')) stem = stem.slice(0, -1)
  return stem.length > 3 && stem.endsWith('y') ? `${stem.slice(0, -1)}i` : stem
}

/** `stopp` of `stopping`. */
const single = (stem: string): string => (/([bdgmnprt])\1$/.test(stem) ? stem.slice(0, -1) : stem)

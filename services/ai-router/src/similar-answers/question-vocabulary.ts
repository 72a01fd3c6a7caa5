import { stemOf } from './stem.ts'

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

/** Words that say nothing about what a question is about. */
export const fillers: ReadonlySet<string> = new Set(
  words(`
    a an the this that these those there here
    is are am was were be been being do does did doing done has have had having
    can could should would will shall may might must ll ve re d m
    i me my mine myself you your yours yourself he him his himself she her hers herself it its itself we us our ours
    they them their theirs themselves one ones someone somebody anyone anybody people person own
    of for to in on at by as with from about and or if then so
    just really actually exactly very some any all also too much more most ever true
    get gets got getting go goes going start starts started starting become becomes becoming
    find finds finding want wants happen happens mean means meant meaning
    please tell explain describe give know possible way ways thing things tip tips kind type major
  `),
)

export const questionWords: ReadonlySet<string> = new Set(words('what which who whom whose when where why how'))

export const auxiliaries: ReadonlySet<string> = new Set(
  words('is are am was were do does did can could will would should has have had may might must shall'),
)

/** Each turns what is asked into its opposite. */
export const negations: ReadonlySet<string> = new Set(
  words('not no never none nobody nothing nowhere neither nor non without except unless dont doesnt didnt cant wont isnt arent shouldnt'),
)

/** Words of a line are the same for an answer. */
const synonyms = `
  good best better great top nice excellent amazing favorite favourite recommended effective
  learn study
  buy purchase
  big large huge biggest largest
  fast quick quickly faster fastest quickest
  quit stop
  phone smartphone cellphone
  movie film
  picture photo image
  delete remove erase
  usa us america
  man men guy
  woman women girl
  difference differ different
  important importance
  create make build earn
  jail prison
  lose loose
  cheap affordable
  college university
  trip travel visit
`

const firstOfLine: ReadonlyMap<string, string> = new Map(
  synonyms
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [first = '', ...others] = words(line).map(stemOf)
      return [first, ...others].map((stem) => [stem, first] as const)
    }),
)

/** Whether something is called good or best decides nothing: whoever asks for one wants the other. */
const PRAISE = stemOf('good')

/** One form of all words that are the same for an answer; '' for those that are of no weight in it. */
export function meaningOf(word: string): string {
  if (fillers.has(word) || negations.has(word) || questionWords.has(word)) return ''
  const stem = stemOf(word)
  const meaning = firstOfLine.get(stem) ?? stem
  return meaning === PRAISE ? '' : meaning
}

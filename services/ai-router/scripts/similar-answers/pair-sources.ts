import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseCsv } from '../safety/csv.ts'

/** Two questions, and whether people say that one answer does for both. */
export interface QuestionPair {
  one: string
  other: string
  isDuplicate: boolean
}

/** A published set of pairs. None is part of the product. */
export interface PairSource {
  id: string
  file: string
  origin: string
  licence: string
  /** False for the pairs on which words and thresholds were chosen. */
  isHeldOut: boolean
  read(content: string): QuestionPair[]
}

const quora = 'Quora Question Pairs, 2017, labelled by Quora’s staff'
const quoraLicence = 'Quora’s terms of service: not for commercial use'
const partition = `${quora}: 5,000 duplicates and 5,000 others, in the partition of github.com/Deep1994/Quora-Question-Pairs-dataset-analysis-and-construction`

export const pairSources: readonly PairSource[] = [
  { id: 'quora, seen', file: 'quora-dev.tsv', origin: partition, licence: quoraLicence, isHeldOut: false, read: readPartition },
  { id: 'quora', file: 'quora-test.tsv', origin: partition, licence: quoraLicence, isHeldOut: true, read: readPartition },
  { id: 'quora, whole', file: 'quora_duplicate_questions.tsv', origin: quora, licence: quoraLicence, isHeldOut: true, read: readWhole },
  {
    id: 'medical',
    file: 'mqp.csv',
    origin:
      'Medical Question Pairs, McCreery et al. 2020, written by doctors to look alike: github.com/curai/medical-question-pair-dataset',
    licence: 'none stated',
    isHeldOut: true,
    read: (content) => pairsOf(parseCsv(`doctor,question1,question2,is_duplicate\n${content}`)),
  },
]

/** What of a source lies in one of the folders; null when it lies in none. */
export function readPairs(folders: readonly string[], source: PairSource): QuestionPair[] | null {
  const path = folders.map((folder) => join(folder, source.file)).find((each) => existsSync(each))
  return path ? source.read(readFileSync(path, 'utf8')) : null
}

/** Lines of label, two questions, number. */
function readPartition(content: string): QuestionPair[] {
  return pairsOf(rowsOf(content).map(([is_duplicate, question1, question2]) => ({ is_duplicate, question1, question2 })))
}

/** One in this many pairs of the 404,290, by the hash of its first question: as many as can be embedded in some minutes. */
const SAMPLE = 20

/** The file as Quora published it. */
function readWhole(content: string): QuestionPair[] {
  const [header = [], ...rows] = rowsOf(content)
  const pairs = rows.map((row) => Object.fromEntries(header.map((name, index) => [name, row[index]])))
  return pairsOf(pairs).filter(({ one }) => createHash('sha256').update(one).digest().readUInt32BE(0) % SAMPLE === 0)
}

function pairsOf(rows: readonly Record<string, string | undefined>[]): QuestionPair[] {
  return rows.flatMap(({ question1: one, question2: other, is_duplicate: label }) =>
    one && other && (label === '0' || label === '1') ? [{ one, other, isDuplicate: label === '1' }] : [],
  )
}

/** Fields may be quoted as in CSV. */
const rowsOf = (content: string): string[][] =>
  content
    .split(/\r?\n/)
    .filter(Boolean)
    .map((line) => line.split('\t').map((field) => (/^".*"$/.test(field) ? field.slice(1, -1).replaceAll('""', '"') : field)))

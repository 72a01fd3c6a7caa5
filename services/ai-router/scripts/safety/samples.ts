import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { comparable } from '../../src/safety/texts/comparable.ts'

/** A public set of texts. None is part of the product: only the weights that were learned from those with a share to train on. */
export interface Source<Row> {
  id: string
  file: string
  origin: string
  licence: string
  /** Share of the texts that models may learn from; 0: the set is for evaluation alone. */
  trainShare: number
  /** How much each of its texts counts in training; 1 when left out. */
  importance?: number
  /** Texts that are no attacks on instructions may be something else that is forbidden: they say nothing about moderation. */
  mayBeIndecent?: true
  read(content: string): Row[]
}

export type Split = 'train' | 'held-out'

/** Reads what of a source lies in one of the folders; null when it lies in none. Texts of one group are in one split together. */
export function readSource<Row extends { text: string; group?: string }>(
  folders: readonly string[],
  source: Source<Row>,
): (Row & { split: Split })[] | null {
  const path = folders.map((folder) => join(folder, source.file)).find((each) => existsSync(each))
  if (!path) return null
  return source.read(readFileSync(path, 'utf8')).map((row) => ({ ...row, split: splitOf(row.group ?? row.text, source.trainShare) }))
}

const splitOf = (text: string, trainShare: number): Split => (placeOf(text, '') < trainShare ? 'train' : 'held-out')

/** One of `folds` parts of the texts that are trained on, 0 to `folds - 1`; copies and texts of one group are in one part. */
export const foldOf = ({ text, group }: { text: string; group?: string }, folds: number): number =>
  Math.floor(placeOf(group ?? text, 'fold') * folds)

/** 0 to 1, by the hash of how a text begins, so that copies of one text, and texts that begin alike, are in one place. */
function placeOf(text: string, salt: string): number {
  const beginning = comparable(text)
    .replace(/[^\p{L}]/gu, '')
    .slice(0, 48)
  return (
    createHash('sha256')
      .update(salt + beginning)
      .digest()
      .readUInt32BE(0) /
    2 ** 32
  )
}

export const jsonLines = <Row>(content: string): Row[] =>
  content
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row)

/** The folders named by `--data`, parted by commas. */
export function dataFolders(args: readonly string[]): string[] {
  const at = args.indexOf('--data')
  const given = at < 0 ? undefined : args[at + 1]
  if (!given) throw new Error('name the folders of the texts: --data FOLDER[,FOLDER]')
  return given.split(',')
}

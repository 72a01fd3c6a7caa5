import { type Readings, readingsOf } from '../texts/readings.ts'
import { type Features, featuresOf } from './features.ts'

/** A text as all classifiers need it, made once. */
export interface ReadText extends Readings {
  /** Of the plain reading. */
  features: Features
}

export function readText(text: string): ReadText {
  const read = readingsOf(text)
  return { ...read, features: featuresOf(read.readings[0].text) }
}

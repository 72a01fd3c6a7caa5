import type { Load } from '../completions/load.ts'

/**
 * A hook that refuses a call while this replica has no room. Before its body is read: under a flood that is most of what a
 * refusal costs, and those that run pay for it.
 */
export const shedEarly = (load: Load) => async (): Promise<void> => load.admit('api')

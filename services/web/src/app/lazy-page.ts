import { type ComponentType, type LazyExoticComponent, lazy } from 'react'

/** A page whose code comes when it is needed, or earlier when `preload` is called. */
export function lazyPage<M>(
  load: () => Promise<M>,
  pick: (module: M) => ComponentType,
): LazyExoticComponent<ComponentType> & { preload: () => void } {
  const page = lazy(async () => ({ default: pick(await load()) }))
  return Object.assign(page, { preload: () => void load().catch(() => undefined) })
}

import type { Test } from 'tap'
import type { Provider } from '../provider.ts'
import type { ProviderErrorKind } from '../provider-error.ts'
import { type Read, readAll } from './read-answer.ts'
import { QUESTION, WITH_TOOLS } from './requests.ts'
import type { Expected, Scene, VendorDouble } from './vendor-double.ts'

/** One provider against one double of its vendor. */
export interface Suite {
  vendor: VendorDouble
  provider: Provider
  /** Another one of its kind, for another address. */
  createProvider: (baseUrl: string) => Provider
  test(name: string, check: (t: Test) => Promise<unknown>): void
  /** A test in which the vendor plays a scene and its answer is read; none where this double cannot play it. */
  scene(name: string, playing: Scene, check: (t: Test, read: Read, expected: Expected) => unknown): void
  /** A scene that ends with an error of this kind, and keeps what came before it. */
  fails(name: string, playing: Scene, kind: ProviderErrorKind, isWorthAnotherProvider: boolean): void
}

export function createSuite(t: Test, { vendor, provider, createProvider }: Pick<Suite, 'vendor' | 'provider' | 'createProvider'>): Suite {
  const scene: Suite['scene'] = (name, playing, check) => {
    if (!vendor.canPlay(playing)) return
    void t.test(name, async (t) => {
      const expected = vendor.play(playing)
      await check(t, await readAll(provider, playing.kind === 'tool_calls' ? WITH_TOOLS : QUESTION), expected)
    })
  }
  return {
    ...{ vendor, provider, createProvider, scene },
    test: (name, check) => void t.test(name, check),
    fails: (name, playing, kind, isWorthAnotherProvider) =>
      scene(name, playing, (t, read, expected) => {
        t.equal(read.error?.kind, kind)
        t.equal(read.error?.isWorthAnotherProvider, isWorthAnotherProvider)
        t.equal(read.text, expected.text, 'what came before the failure is kept')
        t.notOk(read.parts.some(({ type }) => type === 'finished'))
      }),
  }
}

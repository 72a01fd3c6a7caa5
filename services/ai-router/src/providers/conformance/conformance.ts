import type { Test } from 'tap'
import type { Provider } from '../provider.ts'
import { answers } from './answers.ts'
import { departures } from './departures.ts'
import { embeddings } from './embeddings.ts'
import { failures } from './failures.ts'
import { createSuite } from './suite.ts'
import { toolCalls } from './tool-calls.ts'
import type { VendorDouble } from './vendor-double.ts'

/** The contract of `provider.ts` as tests, for one provider against one double of its vendor. */
export async function conformance(
  t: Test,
  startDouble: () => Promise<VendorDouble>,
  createProvider: (baseUrl: string) => Provider,
): Promise<void> {
  const vendor = await startDouble()
  const provider = createProvider(vendor.baseUrl)
  t.teardown(async () => {
    await provider.close()
    await vendor.close()
  })
  const suite = createSuite(t, { vendor, provider, createProvider })
  answers(suite)
  toolCalls(suite)
  failures(suite)
  departures(suite)
  embeddings(suite)
}

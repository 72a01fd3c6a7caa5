import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import { EnginePg } from './engine-adapter.ts'

/**
 * Prisma's schema engine, the official WebAssembly build, on one database.
 *
 * The module is instantiated by hand instead of imported as WebAssembly, so that no process needs a Node flag for it.
 *
 * @param schema text of schema.prisma; only needed to compare with
 */
export async function withSchemaEngine<T>(
  { url, schema }: { url: string; schema?: string },
  work: (engine: bindings.SchemaEngine) => Promise<T>,
): Promise<T> {
  await instantiate()
  const datamodels: [string, string][] | undefined = schema === undefined ? undefined : [['schema.prisma', schema]]
  const adapters = new EnginePg(url)
  try {
    const engine = await bindings.SchemaEngine.new({ datamodels }, () => {}, bindMigrationAwareSqlAdapterFactory(adapters))
    return await work(engine)
  } catch (error) {
    throw panicMessage === undefined ? error : new Error(`the schema engine broke: ${panicMessage}`, { cause: error })
  } finally {
    await adapters.close()
  }
}

/** The little of it we use; its types come with the browser's library only. */
declare const WebAssembly: { instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: object } }> }

/** Set by the module itself when it panics: without this registry it cannot say why. */
let panicMessage: string | undefined
Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => (panicMessage = message) } })

let instantiated: Promise<void> | undefined

function instantiate(): Promise<void> {
  instantiated ??= (async () => {
    const file = fileURLToPath(import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg')).replace(/\.js$/, '.wasm')
    const { instance } = await WebAssembly.instantiate(await readFile(file), {
      './schema_engine_bg.js': bindings,
    })
    const exports = instance.exports as { __wbindgen_start(): void }
    const { __wbg_set_wasm: setWasm } = bindings as unknown as { __wbg_set_wasm(exports: object): void }
    setWasm(exports)
    exports.__wbindgen_start()
  })()
  return instantiated
}

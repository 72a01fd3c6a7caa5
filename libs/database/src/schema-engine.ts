import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import { EnginePg } from './engine-adapter.ts'

export type SchemaEngine = bindings.SchemaEngine

/**
 * Prisma's schema engine, the official WebAssembly build, on one database.
 *
 * The module is instantiated by hand instead of imported as WebAssembly, so that no process needs a Node flag for it.
 *
 * @param schema text of schema.prisma; only needed to compare with
 */
export async function openSchemaEngine(url: string, schema?: string): Promise<SchemaEngine> {
  await instantiate()
  const datamodels: [string, string][] | undefined = schema === undefined ? undefined : [['schema.prisma', schema]]
  return bindings.SchemaEngine.new({ datamodels }, () => {}, bindMigrationAwareSqlAdapterFactory(new EnginePg(url)))
}

/** The little of it we use; its types come with the browser's library only. */
declare const WebAssembly: { instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: object } }> }

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

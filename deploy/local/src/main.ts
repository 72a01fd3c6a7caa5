import { enableCompileCache } from 'node:module'
import { join } from 'node:path'
import { repository } from './home.ts'

// Before the rest is loaded, which is why the rest is loaded from here.
enableCompileCache(join(repository, 'node_modules/.parley/compile-cache'))
const { runCommand } = await import('./command.ts')
await runCommand(process.argv.slice(2))

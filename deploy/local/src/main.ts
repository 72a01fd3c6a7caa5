import { enableCompileCache } from 'node:module'
import { compileCache } from './home.ts'

// Before the rest is loaded, which is why the rest is loaded from here.
enableCompileCache(compileCache)
const { runCommand } = await import('./command.ts')
await runCommand(process.argv.slice(2))

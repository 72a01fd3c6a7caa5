// The job `migrate` of compose.yaml: makes and migrates the database of every service, then ends.
import { randomBytes } from 'node:crypto'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { migrate, provision } from '@parley/database'

const services = join(import.meta.dirname, '../../services')
const adminUrl = required('POSTGRES_URL')

for (const folder of globSync('*/prisma/migrations', { cwd: services }).sort()) {
  const [service = ''] = folder.split('/')
  const database = `parley_${service.replaceAll('-', '_')}`
  const password = required(`${database.toUpperCase()}_PASSWORD`)
  // Nobody but this job connects as the owner, and it sets the password each time: nobody has to keep it.
  const { ownerUrl } = await provision({ adminUrl, database, ownerPassword: randomBytes(24).toString('base64url'), password })
  const { applied } = await migrate({ url: ownerUrl, migrationsDirectory: join(services, folder) })
  process.stdout.write(`${database}: ${applied.length === 0 ? 'up to date' : applied.join(', ')}\n`)
}

function required(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}

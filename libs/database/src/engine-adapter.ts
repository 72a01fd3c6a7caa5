import { PrismaPg } from '@prisma/adapter-pg'
import { DriverAdapterError } from '@prisma/driver-adapter-utils'
import pg from 'pg'

/** Ids of two types in every Postgres: the one-letter type of the system catalogues, and text. */
const CATALOGUE_CHAR = 18
const TEXT = 25

/**
 * The stock adapter, mended in the three places where the schema engine needs more than it offers: whole scripts,
 * reading the system catalogues, and a scratch database that can be dropped again.
 */
export class EnginePg extends PrismaPg {
  readonly #url: string

  constructor(url: string) {
    super({ connectionString: url, max: 2, connectionTimeoutMillis: 5_000 }, { onPoolError: () => {} })
    this.#url = url
  }

  override async connect(): Promise<Adapter> {
    return mend(await super.connect())
  }

  /** A throw-away database to replay migrations in. */
  override async connectToShadowDb(): Promise<Adapter> {
    const database = `parley_scratch_${crypto.randomUUID().replaceAll('-', '')}`
    await this.#onServer(`CREATE DATABASE ${database}`)
    const url = new URL(this.#url)
    url.pathname = `/${database}`
    const adapter = mend(await new PrismaPg({ connectionString: url.href, max: 2 }, { onPoolError: () => {} }).connect())
    adapter.dispose = async () => {
      await adapter.underlyingDriver().end()
      await this.#onServer(`DROP DATABASE ${database} WITH (FORCE)`)
    }
    return adapter
  }

  async #onServer(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
}

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>

function mend(adapter: Adapter): Adapter {
  const pool = adapter.underlyingDriver()
  const query = pool.query.bind(pool)

  // The stock adapter cuts a migration at every semicolon, which breaks functions, DO blocks and semicolons in text or
  // comments. Sent whole, Postgres runs it in one implicit transaction: a migration that fails leaves nothing half done.
  adapter.executeScript = async (script) => {
    try {
      await query(script)
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error
      const { code = 'N/A', severity = 'N/A', message, detail, column, hint } = error
      throw new DriverAdapterError({ kind: 'postgres', code, severity, message, detail, column, hint })
    }
  }

  // It also refuses columns of the catalogues' own one-letter type, which describing a database reads.
  Object.assign(pool, {
    query: async (config: pg.QueryArrayConfig) => {
      const result = await query(config)
      for (const field of result.fields) if (field.dataTypeID === CATALOGUE_CHAR) field.dataTypeID = TEXT
      return result
    },
  })
  return adapter
}

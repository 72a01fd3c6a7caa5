import { PrismaPg } from '@prisma/adapter-pg'
import { ColumnTypeEnum, DriverAdapterError } from '@prisma/driver-adapter-utils'
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
  readonly #opened: Adapter[] = []
  readonly #scratchDatabases: string[] = []

  constructor(url: string) {
    super(singleConnection(url), { onPoolError: () => {} })
    this.#url = url
  }

  override async connect(): Promise<Adapter> {
    return this.#remember(await super.connect())
  }

  /** A throw-away database to replay migrations in. */
  override async connectToShadowDb(): Promise<Adapter> {
    const database = `parley_scratch_${crypto.randomUUID().replaceAll('-', '')}`
    await this.#onServer(`CREATE DATABASE ${database}`)
    this.#scratchDatabases.push(database)
    const url = new URL(this.#url)
    url.pathname = `/${database}`
    return this.#remember(await new PrismaPg(singleConnection(url.href), { onPoolError: () => {} }).connect())
  }

  /** The engine lets go of nothing by itself, its lock on the migrations table included. */
  async close(): Promise<void> {
    await Promise.all(this.#opened.map((adapter) => adapter.underlyingDriver().end()))
    for (const database of this.#scratchDatabases) await this.#onServer(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)
  }

  #remember(adapter: Adapter): Adapter {
    this.#opened.push(adapter)
    return mend(adapter)
  }

  async #onServer(statement: string): Promise<void> {
    const client = new pg.Client({ connectionString: this.#url })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
}

/** One, because the engine's lock and its statements must share a session. */
const singleConnection = (url: string): pg.PoolConfig => ({ connectionString: url, max: 1, connectionTimeoutMillis: 5_000 })

type Adapter = Awaited<ReturnType<PrismaPg['connect']>>

function mend(adapter: Adapter): Adapter {
  // The owner closes it.
  adapter.dispose = async () => {}
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
  const letterColumns = new WeakMap<object, pg.FieldDef[]>()
  Object.assign(pool, {
    query: async (config: pg.QueryArrayConfig) => {
      const result = await query(config)
      const letters = result.fields.filter((field) => field.dataTypeID === CATALOGUE_CHAR)
      for (const field of letters) field.dataTypeID = TEXT
      letterColumns.set(result.rows, letters)
      return result
    },
  })
  const queryRaw = adapter.queryRaw.bind(adapter)
  adapter.queryRaw = async (sql) => {
    const result = await queryRaw(sql)
    for (const { name } of letterColumns.get(result.rows) ?? []) {
      result.columnTypes[result.columnNames.indexOf(name)] = ColumnTypeEnum.Character
    }
    return result
  }
  return adapter
}

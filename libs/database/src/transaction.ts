/**
 * Something that runs SQL inside the caller's transaction. Any service's Prisma client and any interactive
 * transaction fits, so that libraries need not know the service's tables.
 */
export interface Transaction {
  $executeRaw(query: TemplateStringsArray, ...values: unknown[]): Promise<number>
  $queryRaw<T = unknown>(query: TemplateStringsArray, ...values: unknown[]): Promise<T>
  /**
   * Sends the statement together with the commit, in one round trip: for one whose outcome nobody needs to see. Where it
   * fails, so does the transaction. Prisma's transactions do not have it.
   */
  $withCommit?(query: TemplateStringsArray, ...values: unknown[]): void
}

/** A Prisma client, seen as something that opens transactions of type `Tx`. */
export interface TransactionClient<Tx extends Transaction> {
  $transaction<R>(work: (tx: Tx) => Promise<R>, options?: { maxWait?: number; timeout?: number }): Promise<R>
}

const NEWLINE = 0x0a
const LINE_LIMIT_BYTES = 1_048_576

/**
 * Splits a body into its lines, decoded. Yields at once all lines that arrived together, so that the reader can treat
 * them as one. A last line without its newline was cut and is not given. Throws a RangeError on a line over 1 MiB.
 */
export async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of body) {
    const bytes = rest.length === 0 ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength) : Buffer.concat([rest, chunk])
    const lines: string[] = []
    let start = 0
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      if (end > start) lines.push(bytes.toString('utf8', start, end))
      start = end + 1
    }
    rest = bytes.subarray(start)
    if (rest.length > LINE_LIMIT_BYTES) throw new RangeError('a line is over 1 MiB')
    if (lines.length > 0) yield lines
  }
}

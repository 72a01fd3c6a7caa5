/** Who mails come from, and whose domain their Message-IDs carry. */
export interface Sender {
  name: string
  address: string
  domain: string
}

const WITH_NAME = /^\s*"?([^"<>\r\n]*?)"?\s*<([^<>\s]+)>\s*$/
const ADDRESS = /^[^@\s"(),:;<>[\\\]]+@([^@\s"(),:;<>[\\\]]+)$/

/** Reads `Parley <parley@example.com>` or a bare address; undefined when it is neither. */
export function senderFrom(text: string): Sender | undefined {
  const [, name = '', address = text.trim()] = WITH_NAME.exec(text) ?? []
  const domain = ADDRESS.exec(address)?.[1]
  return domain === undefined ? undefined : { name, address, domain }
}

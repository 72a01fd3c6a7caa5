import { create, fromJsonString, type Message, type MessageInitShape, toJsonString } from '@bufbuild/protobuf'
import type { GenMessage } from '@bufbuild/protobuf/codegenv2'

/** JSON text of a message, as proto3 defines it. */
export function encode<M extends Message>(schema: GenMessage<M>, message: MessageInitShape<GenMessage<M>>): string {
  return toJsonString(schema, create(schema, message))
}

/**
 * The message behind JSON text. Fields this version does not know are ignored: during a rolling deploy a newer sender
 * talks to an older receiver.
 *
 * @throws Error when the text is no such message
 */
export function decode<M extends Message>(schema: GenMessage<M>, text: string): M {
  return fromJsonString(schema, text, { ignoreUnknownFields: true })
}

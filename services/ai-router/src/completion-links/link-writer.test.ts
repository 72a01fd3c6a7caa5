import { EventEmitter } from 'node:events'
import t from 'tap'
import type { WebSocket } from 'ws'
import { createLinkWriter } from './link-writer.ts'

const never = new AbortController().signal
const later = { atOnce: false, signal: never }
const untilNextMoment = () => new Promise((resolve) => setImmediate(resolve))

/** A socket that keeps what it is sent, and lets go of it when it is told to. */
function open() {
  const messages: string[] = []
  const written: (() => void)[] = []
  const socket = Object.assign(new EventEmitter(), {
    OPEN: 1,
    readyState: 1,
    bufferedAmount: 0,
    send(text: string, _options: object, onWritten: () => void = () => {}) {
      messages.push(text)
      written.push(onWritten)
    },
  })
  const drain = () => {
    socket.bufferedAmount = 0
    for (const done of written.splice(0)) done()
  }
  const next = async () => {
    const before = messages.length
    while (messages.length === before) await untilNextMoment()
    return JSON.parse(messages.at(-1) ?? '') as unknown
  }
  return { socket, messages, drain, next, writer: createLinkWriter(socket as unknown as WebSocket) }
}

t.test('what is said of several calls at one moment is one message, in the order in which it was said', async (t) => {
  const { writer, messages, next } = open()
  for (const call of [1, 2, 1]) t.equal(writer.write(`{"call":${call}}`, later), undefined)
  t.same(messages, [])
  t.same(await next(), { items: [{ call: 1 }, { call: 2 }, { call: 1 }] })
  t.equal(messages.length, 1)
})

t.test('what a reader waits for takes along what was gathered before it', async (t) => {
  const { writer, next } = open()
  void writer.write('{"call":1}', later)
  await next()
  void writer.write('{"call":2}', later)
  void writer.write('{"call":3}', { atOnce: true, signal: never })
  t.same(await next(), { items: [{ call: 2 }, { call: 3 }] })
})

t.test('what is said of the link comes after what was said of its calls', async (t) => {
  const { writer, messages } = open()
  void writer.write('{"call":1}', later)
  writer.say({ leaving: true })
  t.same(
    messages.map((message) => JSON.parse(message)),
    [{ items: [{ call: 1 }] }, { leaving: true }],
  )
})

t.test('a link that is full holds all its calls until it is read, they are ended, or it is closed', async (t) => {
  const { writer, socket, drain } = open()
  const ending = new AbortController()
  socket.bufferedAmount = 2 * 1024 * 1024
  const first = writer.write('{"call":1}', later)
  const second = writer.write('{"call":2}', { atOnce: false, signal: ending.signal })
  t.ok(first && second)
  let isOn = false
  void first?.then(() => (isOn = true))
  ending.abort()
  await second
  await untilNextMoment()
  t.notOk(isOn)
  drain()
  await first

  socket.bufferedAmount = 2 * 1024 * 1024
  const third = writer.write('{"call":3}', later)
  socket.readyState = 3
  socket.emit('close')
  await third
  t.equal(writer.write('{"call":4}', later), undefined, 'nobody waits for who is gone')
})

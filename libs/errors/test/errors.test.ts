import t from 'tap'
import {
  AppError,
  commonErrors,
  decodeRpcError,
  defineErrors,
  encodeRpcError,
  httpStatus,
  problemFromResponse,
  toOpenAiError,
  toProblem,
} from '../src/index.ts'

const errors = defineErrors({
  conversation_not_found: { kind: 'not_found', message: 'This conversation does not exist.' },
  message_too_long: {
    kind: 'invalid',
    message: ({ length, limit }: { length: number; limit: number }) => `${length} characters, ${limit} are allowed.`,
  },
})

t.test('a catalogue makes errors with a code, a kind and separate texts for user and log', async (t) => {
  const error = errors.conversation_not_found({ internal: 'owner differs' })
  t.ok(error instanceof AppError)
  t.match(error, {
    code: 'conversation_not_found',
    kind: 'not_found',
    publicMessage: 'This conversation does not exist.',
    message: 'owner differs',
  })
  t.equal(errors.message_too_long({ params: { length: 5001, limit: 5000 } }).publicMessage, '5001 characters, 5000 are allowed.')
})

t.test('the catalogue lists itself for the documentation, figures as placeholders', async (t) => {
  t.strictSame(errors.catalogue, [
    { code: 'conversation_not_found', kind: 'not_found', status: 404, message: 'This conversation does not exist.' },
    { code: 'message_too_long', kind: 'invalid', status: 400, message: '{length} characters, {limit} are allowed.' },
  ])
})

t.test('a problem shows the public text, never the internal one or a stack', async (t) => {
  const problem = toProblem(errors.conversation_not_found({ internal: 'row 17 of secret table' }), 'request-1')
  t.strictSame(problem, {
    type: 'urn:parley:error:conversation_not_found',
    title: 'Not Found',
    status: 404,
    detail: 'This conversation does not exist.',
    code: 'conversation_not_found',
    requestId: 'request-1',
  })
})

t.test('an unknown thrown value becomes internal_error and shows nothing of itself', async (t) => {
  for (const thrown of [new Error('password=hunter2'), 'hunter2', null, { detail: 'hunter2' }]) {
    const problem = toProblem(thrown, 'request-1')
    t.match(problem, { status: 500, code: 'internal_error' })
    t.notMatch(JSON.stringify(problem), /hunter2/)
  }
})

t.test('an upstream problem keeps its code, text and issues', async (t) => {
  const issues = [{ path: 'text', message: 'too long' }]
  const error = problemFromResponse({ code: 'message_too_long', detail: 'Too long.', errors: issues }, 400)
  t.match(error, { code: 'message_too_long', kind: 'invalid', publicMessage: 'Too long.', errors: issues })
})

t.test('an upstream answer without a problem speaks by its status alone', async (t) => {
  const cases = [
    [502, 'service_busy', 503],
    [503, 'service_busy', 503],
    [504, 'timeout', 504],
    [500, 'internal_error', 500],
    [404, 'not_found', 404],
    [418, 'invalid_request', 400],
  ] as const
  for (const [status, code, shown] of cases) {
    const error = problemFromResponse('<html>', status)
    t.equal(error.code, code)
    t.equal(httpStatus(error.kind), shown)
  }
})

t.test('an error survives a NATS reply without its internal text', async (t) => {
  const sent = encodeRpcError(commonErrors.rate_limited({ internal: 'user 7', retryAfterS: 12 }))
  t.notMatch(sent, /user 7/)
  t.match(decodeRpcError(sent), { code: 'rate_limited', kind: 'rate_limited', retryAfterS: 12 })
  t.match(decodeRpcError('{"nonsense"'), { code: 'internal_error' })
  t.match(decodeRpcError(encodeRpcError(new TypeError('x is undefined'))), { code: 'internal_error' })
})

t.test('C13 an error at the OpenAI-compatible API has OpenAI’s shape, words and status', async (t) => {
  const issues = [
    { path: 'messages.0.content.12.type', message: 'needs a type' },
    { path: 'n', message: 'needs 1' },
  ]
  t.strictSame(toOpenAiError(commonErrors.invalid_request({ errors: issues })), {
    status: 400,
    body: {
      error: {
        message: 'messages[0].content[12].type: needs a type; n: needs 1',
        type: 'invalid_request_error',
        param: 'messages[0].content[12].type',
        code: null,
      },
    },
  })
  const { quota_exceeded, model_not_allowed } = defineErrors({
    quota_exceeded: { kind: 'rate_limited', message: 'No messages left.' },
    model_not_allowed: { kind: 'forbidden', message: 'Not on your plan.' },
  })
  t.match(toOpenAiError(commonErrors.unauthenticated()), { status: 401, body: { error: { code: 'invalid_api_key' } } })
  t.match(toOpenAiError(commonErrors.rate_limited()), {
    status: 429,
    body: { error: { type: 'rate_limit_error', code: 'rate_limit_exceeded' } },
  })
  t.match(toOpenAiError(quota_exceeded()), { status: 429, body: { error: { type: 'insufficient_quota', code: 'insufficient_quota' } } })
  t.match(toOpenAiError(model_not_allowed()), { status: 404, body: { error: { code: 'model_not_found' } } })
  t.match(toOpenAiError(commonErrors.service_busy()), {
    status: 503,
    body: { error: { type: 'server_error', code: 'service_busy', param: null } },
  })
  t.notMatch(JSON.stringify(toOpenAiError(new Error('password=hunter2'))), /hunter2/)
})

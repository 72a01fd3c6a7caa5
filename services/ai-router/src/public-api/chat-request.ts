import { z } from 'zod'
import { chatMessage } from './chat-messages.ts'
import { readBody } from './read-body.ts'

const FUNCTION_NAME = /^[A-Za-z0-9_-]{1,64}$/
const MOST_TOOLS = 128

/** A JSON Schema; its content is the vendor's business. */
const jsonSchema = z.record(z.string(), z.unknown())

const tool = z.object({
  type: z.literal('function', 'only tools of type function are supported'),
  function: z.object({
    name: z.string().regex(FUNCTION_NAME, 'needs 1 to 64 letters, digits, dashes or underscores'),
    description: z.string().optional(),
    parameters: jsonSchema.optional(),
    strict: z.boolean().nullish(),
  }),
})

const toolChoice = z.union(
  [
    z.enum(['none', 'auto', 'required']),
    z.object({ type: z.literal('function'), function: z.object({ name: z.string().regex(FUNCTION_NAME) }) }),
  ],
  "needs 'none', 'auto', 'required' or a function by name",
)

const responseFormat = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text') }),
  z.object({ type: z.literal('json_object') }),
  z.object({
    type: z.literal('json_schema'),
    json_schema: z.object({ name: z.string().regex(FUNCTION_NAME), schema: jsonSchema.optional(), strict: z.boolean().nullish() }),
  }),
])

const stop = z.string().min(1)
const tokens = z.number().int().min(1).max(10_000_000)

/** A parameter that would change the answer in a way we cannot: accepted where it asks for what happens anyway. */
const only = (text: string, isNeutral: (value: unknown) => boolean) =>
  z
    .unknown()
    .refine((value) => value === undefined || value === null || isNeutral(value), `only ${text} is supported`)
    .optional()
const isEmpty = (value: unknown): boolean => typeof value === 'object' && value !== null && Object.keys(value).length === 0
const never = (instead: string) =>
  z
    .unknown()
    .refine((value) => value === undefined || value === null, `not supported; ${instead}`)
    .optional()

/** A hint, or the vendor's own bookkeeping. */
const ignored = z.unknown().optional()

const shape = z
  .strictObject({
    model: z.string().min(1).max(200),
    messages: z.array(chatMessage).min(1),
    stream: z.boolean().nullish(),
    stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
    max_tokens: tokens.nullish(),
    max_completion_tokens: tokens.nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    top_p: z.number().min(0).max(1).nullish(),
    seed: z.number().int().nullish(),
    stop: z.union([stop, z.array(stop).max(4)], 'needs a text or at most four').nullish(),
    tools: z.array(tool).max(MOST_TOOLS).nullish(),
    tool_choice: toolChoice.nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    response_format: responseFormat.nullish(),

    n: only('1', (value) => value === 1),
    frequency_penalty: only('0', (value) => value === 0),
    presence_penalty: only('0', (value) => value === 0),
    logit_bias: only('an empty one', isEmpty),
    logprobs: only('false', (value) => value === false),
    top_logprobs: only('0', (value) => value === 0),
    modalities: only("['text']", (value) => Array.isArray(value) && value.length === 1 && value[0] === 'text'),
    audio: never('answers are text'),
    functions: never('use tools'),
    function_call: never('use tool_choice'),
    web_search_options: never('use tools'),

    // Nothing of this changes what is promised here.
    metadata: ignored,
    store: ignored,
    user: ignored,
    safety_identifier: ignored,
    service_tier: ignored,
    prediction: ignored,
    prompt_cache_key: ignored,
    prompt_cache_retention: ignored,
    reasoning_effort: ignored,
    verbosity: ignored,
  })
  .superRefine(({ stream, stream_options, tools, tool_choice }, context) => {
    const refuse = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message })
    if (stream_options && !stream) refuse('stream_options', 'only allowed when stream is true')
    if (tool_choice && tool_choice !== 'none' && !tools?.length) refuse('tool_choice', 'only allowed when tools are given')
    if (typeof tool_choice === 'object' && tool_choice && !tools?.some(({ function: { name } }) => name === tool_choice.function.name)) {
      refuse('tool_choice', 'names a function that is not among the tools')
    }
  })

/** A request to POST /v1/chat/completions, as OpenAI's reference describes it, checked. */
export type ChatRequest = z.infer<typeof shape>

/** Throws `invalid_request` with what is wrong where; parameters nobody knows are refused as OpenAI does. */
export const readChatRequest = (body: unknown): ChatRequest => readBody(shape, body)

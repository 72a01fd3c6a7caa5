/**
 * The OpenAI-compatible API: what its two ends, the gateway and the ai-router, have to agree on. Its schemas are the
 * ai-router's, who reads the requests.
 */

/** A conversation with pictures in it. */
export const BODY_MAX_BYTES = 8 * 1024 * 1024

type Json = Record<string, unknown>

/** Where everything that is announced is heard as it happens: no operation, for its answer does not end. */
export const STREAM_PATH = '/api/v1/stream'

const SAYS = `Server-sent events, as a browser's EventSource reads them. Each has as \`event\` its type, as \`id\` a number, and as \`data\` JSON: \`id\`, \`type\`, \`subject\` (\`kind\` and \`id\`), \`time\` and \`data\`. A comment comes every 15 seconds where nothing happens. Whoever sees only some of the records hears of these.

Scope: \`read\`.`

/** The stream in the document; `refusal` describes a refusal by its status. */
export const streamJson = (refusal: (status: number) => Json): Json => ({
  operationId: 'streamEvents',
  tags: ['events'],
  summary: 'Everything that is announced, as it happens.',
  description: SAYS,
  parameters: [
    {
      name: 'Last-Event-ID',
      in: 'header',
      required: false,
      description:
        'The id of the last event heard: what came after it is told first (kept for 30 days). Left out: from now on.',
      schema: { type: 'string', pattern: '^[0-9]{1,15}$' },
    },
  ],
  responses: {
    200: {
      description: 'Events, until the caller or the server ends it.',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    },
    ...Object.fromEntries([400, 401, 403, 429, 500, 503].map((status) => [String(status), refusal(status)])),
  },
})

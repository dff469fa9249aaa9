import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

/** What a client is to ask: each call once, over so many connections. */
export interface Asked {
  url: string
  connections: number
  calls: readonly { method: string; path: string; body: string | null }[]
}

/** Calls a second, and in how many milliseconds half, and 99 of 100, were answered. */
export interface Answered {
  rate: number
  p50: number
  p99: number
}

const { url, connections, calls } = JSON.parse(await text(process.stdin)) as Asked
const agent = new Agent({ keepAlive: true, maxSockets: connections })
const took: number[] = []

function call({ method, path, body }: Asked['calls'][number]): Promise<void> {
  const began = performance.now()
  const headers = body === null ? {} : { 'content-type': 'application/json', prefer: 'wait' }
  return new Promise((resolve, reject) => {
    const asking = request(url + path, { method, agent, headers }, async (answer) => {
      const said = await text(answer)
      took.push(performance.now() - began)
      if (answer.statusCode === 200) resolve()
      else reject(new Error(`${method} ${path}: ${answer.statusCode} ${said}`))
    })
    asking.on('error', reject)
    asking.end(body ?? undefined)
  })
}

const queue = [...calls]
const began = performance.now()
await Promise.all(
  Array.from({ length: connections }, async () => {
    for (let next = queue.pop(); next; next = queue.pop()) await call(next)
  }),
)
const seconds = (performance.now() - began) / 1000
agent.destroy()
took.sort((a, b) => a - b)
const at = (share: number) => took[Math.min(took.length - 1, Math.floor(share * took.length))] ?? 0
process.stdout.write(JSON.stringify({ rate: calls.length / seconds, p50: at(0.5), p99: at(0.99) } satisfies Answered))

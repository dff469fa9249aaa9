import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** What a receiver of webhooks got. */
export interface Hit {
  path: string
  headers: IncomingHttpHeaders
  body: string
}

/** How to answer a hit: a status with headers and body, nothing at all, or a cut. */
export type HttpAnswer = { status: number; headers?: Record<string, string>; body?: string } | 'silence' | 'cut'

/** A receiver of webhooks on loopback that answers as it is told to and remembers what it got. */
export async function httpReceiver(answer: (hit: Hit, n: number) => HttpAnswer = () => ({ status: 200 })) {
  const hits: Hit[] = []
  const answered: (Hit & { status: number })[] = []
  const server = createServer((incoming, outgoing) => {
    let body = ''
    incoming.on('data', (chunk) => {
      body += chunk
    })
    incoming.on('end', () => {
      const hit = { path: incoming.url ?? '', headers: incoming.headers, body }
      hits.push(hit)
      const how = answer(hit, hits.length)
      if (how === 'silence') return
      if (how === 'cut') {
        incoming.socket.destroy()
        return
      }
      answered.push({ ...hit, status: how.status })
      outgoing.writeHead(how.status, how.headers).end(how.body ?? '')
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    hits,
    answered,
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** What the SMTP server does at a step: an answer of refusal, silence, or a cut of the connection. */
export type SmtpWhim = { code: number; says: string } | 'silence' | 'cut'

export interface SmtpScript {
  connect?: (n: number) => SmtpWhim | undefined
  rcpt?: (address: string, n: number) => SmtpWhim | undefined
  /** After the whole message came in: `takes` says whether it counts as received. */
  data?: (text: string, n: number) => { whim: SmtpWhim; takes: boolean } | undefined
}

/** A real SMTP server on loopback with STARTTLS and AUTH (user `line`, password `walker`), and the letters it took. */
export async function smtpReceiver(script: SmtpScript = {}) {
  const received: { to: string[]; text: string; secure: boolean; user: string }[] = []
  const counts = { connect: 0, rcpt: 0, data: 0 }
  const sockets = new Map<number, Socket>()
  const act = (whim: SmtpWhim, id: number, done: (error?: Error | null) => void) => {
    if (whim === 'silence') return
    if (whim === 'cut') {
      sockets.get(id)?.destroy()
      return
    }
    done(Object.assign(new Error(whim.says), { responseCode: whim.code }))
  }
  const server = new SMTPServer({
    authOptional: false,
    closeTimeout: 100,
    disableReverseLookup: true,
    onConnect: (session, done) => {
      counts.connect += 1
      const whim = script.connect?.(counts.connect)
      if (whim) act(whim, session.remotePort, done)
      else done()
    },
    onAuth: ({ username, password }, _session, done) => {
      if (username === 'line' && password === 'walker') done(null, { user: username })
      else done(Object.assign(new Error('Authentication credentials invalid'), { responseCode: 535 }))
    },
    onRcptTo: ({ address }, session, done) => {
      counts.rcpt += 1
      const whim = script.rcpt?.(address, counts.rcpt)
      if (whim) act(whim, session.remotePort, done)
      else done()
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        counts.data += 1
        const text = Buffer.concat(chunks).toString('utf8')
        const how = script.data?.(text, counts.data)
        const to = session.envelope.rcptTo.map(({ address }) => address)
        if (!how || how.takes) received.push({ to, text, secure: session.secure, user: String(session.user) })
        if (how) act(how.whim, session.remotePort, done)
        else done()
      })
    },
  })
  // Clients that are killed or cut off leave errors behind, which are no concern of the receiver.
  server.on('error', () => undefined)
  const listening = server.listen(0, '127.0.0.1')
  listening.on('connection', (socket: Socket) => sockets.set(socket.remotePort ?? 0, socket))
  await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo
  const close = () => {
    server.close()
    for (const socket of sockets.values()) socket.destroy()
  }
  return { received, counts, port, url: `smtp://line:walker@127.0.0.1:${port}`, close }
}

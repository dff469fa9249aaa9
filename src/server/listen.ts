import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { Hono } from 'hono'
import type { ServerEnv } from './env.js'
import { ListenError } from './listen-error.js'

/** A server that is open. */
export interface Listening {
  /** Where it is reached from this machine. */
  readonly url: string
  /**
   * Takes no more connections, and resolves when every answer that was begun is given, or after so many milliseconds, when
   * what is still open is cut.
   */
  close(patience: number): Promise<void>
}

/** Milliseconds for all headers, and for a whole request, to arrive: who sends slower is cut off, at the next check. */
interface Patience {
  headers: number
  request: number
  checkedEvery: number
}

const PATIENCE: Patience = { headers: 10_000, request: 30_000, checkedEvery: 5_000 }

/** Opens an application at an address; port 0 is any that is free. Throws a ListenError. */
export async function listen(
  app: Pick<Hono<ServerEnv>, 'fetch'>,
  { host, port }: { host: string; port: number },
  { headers, request, checkedEvery }: Patience = PATIENCE,
): Promise<Listening> {
  const server = createAdaptorServer({
    fetch: app.fetch as Parameters<typeof createAdaptorServer>[0]['fetch'],
    serverOptions: { headersTimeout: headers, requestTimeout: request, connectionsCheckingInterval: checkedEvery },
  }) as Server
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new ListenError(whyNot(error, host, port))))
    server.listen(port, host, resolve)
  })
  const { address, port: bound, family } = server.address() as AddressInfo
  const shown = address === '0.0.0.0' || address === '::' ? 'localhost' : family === 'IPv6' ? `[${address}]` : address
  return {
    url: `http://${shown}:${bound}`,
    close: (patience) =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), patience)
        // A connection whose answer has ended would be kept for another request; one on which nothing was asked yet (browsers
        // open them beforehand) does not count as idle.
        const sweep = setInterval(() => {
          server.closeIdleConnections()
          for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
        }, 50)
        server.close(() => {
          clearTimeout(cut)
          clearInterval(sweep)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

function whyNot({ code, message }: NodeJS.ErrnoException, host: string, port: number): string {
  if (code === 'EADDRINUSE') return `Port ${port} on ${host} is in use by another program; choose one with --port.`
  if (code === 'EACCES') return `You have no right to open port ${port} on ${host}; ports from 1024 on are free to all.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `This machine has no address ${host}.`
  return `Port ${port} on ${host} cannot be opened: ${message}.`
}

import { connect, createServer, type Server, type Socket } from 'node:net'
import pg from 'pg'
import { afterEach, describe, expect, inject, it, vi } from 'vitest'
import { openStore } from '../../src/store/open.js'
import { addressOf } from '../../src/store/postgres-address.js'

const { url: server, prefix } = inject('postgres')
const admin = new URL(server)

async function run(statement: string): Promise<void> {
  const client = new pg.Client(server)
  await client.connect()
  await client.query(statement)
  await client.end()
}

const listening: Server[] = []
const open = new Set<Socket>()
afterEach(() => {
  for (const socket of open) socket.destroy()
  for (const one of listening.splice(0)) one.close()
})

/** A port of this machine at which something answers so. */
async function answering(answer: (socket: Socket) => void): Promise<number> {
  const one = createServer((socket) => {
    open.add(socket.on('error', () => undefined).on('close', () => open.delete(socket)))
    answer(socket)
  })
  listening.push(one)
  await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve))
  return (one.address() as { port: number }).port
}

/** The PostgreSQL of the tests, which has no SSL, at a port. */
const overTcp = () =>
  answering((socket) => {
    const host = admin.searchParams.get('host')
    const to = host ? connect(`${host}/.s.PGSQL.5432`) : connect(Number(admin.port || 5432), admin.hostname)
    open.add(to.on('error', () => socket.destroy()).on('close', () => socket.destroy()))
    socket.pipe(to).pipe(socket)
  })

async function sentence(url: string): Promise<string> {
  const opened = await openStore(url, { create: true }).catch((error: Error) => error)
  if (opened instanceof Error) {
    expect([opened.name, opened.message.includes('secret')]).toEqual(['StoreError', false])
    return opened.message
  }
  await opened.close()
  return 'opened'
}

describe('an address of a PostgreSQL', () => {
  it.each([
    ['postgres://ann@db.example.com/sales', 'postgres://ann@db.example.com:5432/sales'],
    ['postgres://ann:secret@[::1]:6000/sales', 'postgres://ann@[::1]:6000/sales'],
    ['postgres://ann@h/a%2Fb%3Fc%23d%20e%25', 'postgres://ann@h:5432/a%2Fb%3Fc%23d%20e%25'],
    ['postgres://ann@h/50%', 'postgres://ann@h:5432/50%25'],
    ['postgres://ann%40example.com@h', 'postgres://ann%40example.com@h:5432/ann%40example.com'],
    ['postgres://ann@/m?host=/run/postgresql', 'postgres://ann@/run/postgresql:5432/m'],
    ['postgres://%2Frun%2Fpg/m?user=ann&port=5433', 'postgres://ann@/run/pg:5433/m'],
  ])('%s is shown without its password', (url, place) => {
    expect(addressOf(url).place).toBe(place)
  })

  it('names a user, or the environment does', () => {
    const { defaults } = pg
    const before = defaults.user
    vi.stubEnv('PGUSER', '')
    delete defaults.user
    try {
      expect(() => addressOf('postgres:///m')).toThrow(
        /postgres:\/\/localhost:\d+\/m names no user, and neither PGUSER/,
      )
      vi.stubEnv('PGUSER', 'ann')
      expect(addressOf('postgres:///m').place).toMatch(/^postgres:\/\/ann@localhost:\d+\/m$/)
    } finally {
      vi.unstubAllEnvs()
      defaults.user = before
    }
  })

  it('is decoded', () => {
    const { config, database } = addressOf('postgres://a%3An:p%40%2F%23%25%zz@h:1/a%2Fb%3Fc%23d?application_name=x')
    expect(database).toBe('a/b?c#d')
    expect(config).toMatchObject({ user: 'a:n', password: 'p@/#%%zz', host: 'h', port: 1, application_name: 'x' })
  })

  const SIGNS = 'In a user, password or name "@" is written %40, "/" %2F, "#" %23, "?" %3F, ":" %3A and "%" %25.'
  it.each([
    ['postgres:sales', 'there is no // behind its first colon. Write postgres://USER@HOST/NAME.'],
    ['postgres://[/sales', 'its host cannot be read. Write postgres://USER@HOST/NAME.'],
    [
      'postgres://ann@h:54x/sales',
      `what stands behind the last colon of its host is no port. ${SIGNS} Write postgres://USER@HOST/NAME.`,
    ],
    [
      'postgres://ann@h:99999/sales',
      `what stands behind the last colon of its host is no port. ${SIGNS} Write postgres://USER@HOST/NAME.`,
    ],
    ['postgres://ann@h/sales?port=x', 'its port is no number from 1 to 65535. Write postgres://USER@HOST:5432/NAME.'],
    ['postgres://ann:se/secret@h/sales', `a sign in it ends the host too early. ${SIGNS} Write such signs so.`],
    ['postgres://ann:1/secret@h/sales', `a sign in it ends the host too early. ${SIGNS} Write such signs so.`],
    ['postgres://ann:se#secret@h/sales', `a sign in it ends the host too early. ${SIGNS} Write such signs so.`],
    ['postgres://ann:se?secret@h/sales', `a sign in it ends the host too early. ${SIGNS} Write such signs so.`],
    [
      'postgres://ann@h/sales?sslmode=yes',
      'there is no sslmode "yes"; there is disable, allow, prefer, require, verify-ca, verify-full, no-verify. Write sslmode=require or leave it out.',
    ],
    [
      'postgres://ann@h/sales?sslrootcert=/nowhere.pem',
      'the file /nowhere.pem that its sslrootcert names cannot be read (ENOENT). Write another.',
    ],
  ])('%s is none, and it says why', async (url, why) => {
    expect(await sentence(url)).toBe(`This is no address of a database: ${why}`)
  })

  it('may name its kind in capitals', async () => {
    expect(await sentence('POSTGRES://ann@h:0/x')).toMatch(/^This is no address of a database: its port/)
  })

  it('reaches the database of that name, whatever signs are in it', async () => {
    const name = `${prefix}a/b?c#d %`
    const url = new URL(server)
    url.pathname = encodeURIComponent(name)
    expect(await sentence(url.href)).toBe('opened')
    await run(`drop database "${name}" with (force)`)
  })

  it('that only prefers SSL goes on without it; one that wants it says that there is none', async () => {
    const port = await overTcp()
    const at = (mode: string) => {
      const url = new URL(server)
      url.host = `127.0.0.1:${port}`
      url.pathname = `${prefix}ssl`
      url.search = `sslmode=${mode}`
      return url.href
    }
    expect(await sentence(at('prefer'))).toBe('opened')
    expect(await sentence(at('disable'))).toBe('opened')
    for (const mode of ['require', 'verify-full'])
      expect(await sentence(at(mode))).toMatch(
        /ssl has no SSL, which its sslmode asks for\. Have it turned on there, or write sslmode=prefer\.$/,
      )
    await run(`drop database ${prefix}ssl with (force)`)
  })

  it('at which something else answers', async () => {
    const web = await answering((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
    const mute = await answering((socket) => socket.destroy())
    for (const port of [web, mute])
      expect(await sentence(`postgres://ann:secret@127.0.0.1:${port}/sales`)).toMatch(
        /^What answers at postgres:\/\/ann@127\.0\.0\.1:\d+\/sales hangs up before it has said that it is a PostgreSQL .* Is the port right\?/,
      )
  })
})

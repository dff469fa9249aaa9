import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider from 'oidc-provider'

/** Who has an account at the provider, and what it says of them. */
export type Accounts = Readonly<Record<string, { email?: string; email_verified?: boolean }>>

export interface RunningProvider {
  issuer: string
  /** Goes through the provider's own pages as a person does, and gives the address to which it sends the browser back. */
  signIn(start: string, account: string): Promise<URL>
  close(): Promise<void>
}

export const CLIENT = { clientId: 'linewalker', clientSecret: 'a secret of the client' }

/** A real provider on loopback. `inIdToken`: whether the address stands in the ID token itself, or must be asked for. */
export async function openProvider(back: string, accounts: Accounts, inIdToken: boolean): Promise<RunningProvider> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret, redirect_uris: [back] }],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['of the tests'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: !inIdToken,
    pkce: { required: () => true },
    ttl: { AccessToken: 600, AuthorizationCode: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
  })
  server.on('request', provider.callback())
  return {
    issuer,
    signIn: async (start, account) => {
      const cookies = new Map<string, string>()
      const ask = async (url: URL, form?: Record<string, string>) => {
        const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
        const body = form ? { method: 'POST', body: new URLSearchParams(form) } : {}
        const answer = await fetch(url, { ...body, headers: { cookie }, redirect: 'manual' })
        for (const set of answer.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
          cookies.set(name, value)
        }
        return answer
      }
      let url = new URL(start)
      for (let step = 0; step < 12; step += 1) {
        let answer = await ask(url)
        if (answer.status === 200) {
          const page = await answer.text()
          const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1] ?? ''
          const action = /action="([^"]+)"/.exec(page)?.[1] ?? ''
          answer = await ask(new URL(action, url), { prompt, login: account, password: 'any' })
        }
        const next = answer.headers.get('location')
        if (next === null) throw new Error(`The provider answered ${answer.status}: ${await answer.text()}`)
        url = new URL(next, url)
        if (url.href.startsWith(back)) return url
      }
      throw new Error('The provider leads round in circles.')
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

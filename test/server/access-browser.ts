import type { Hono } from 'hono'
import type { ServerEnv } from '../../src/server/env.js'

/** As much of a browser as signing in takes: it keeps cookies, says where it comes from, and reads forms. */
export interface Browser {
  readonly cookies: Map<string, string>
  get(path: string, headers?: Record<string, string>): Promise<Response>
  /** Sends a form from one of our own pages. */
  submit(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>
}

export function openBrowser(app: Hono<ServerEnv>, origin: string, from = '198.51.100.7'): Browser {
  const cookies = new Map<string, string>()
  const ask = async (path: string, init: RequestInit & { headers: Record<string, string> }) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { host: new URL(origin).host, accept: 'text/html', ...(cookie && { cookie }), ...init.headers }
    const wire = { incoming: { socket: { remoteAddress: from } } }
    const answer = await app.request(new URL(path, origin).href, { ...init, headers, redirect: 'manual' }, wire)
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (/max-age=0/i.test(set) || value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }
  return {
    cookies,
    get: (path, headers = {}) => ask(path, { headers }),
    submit: (path, fields, headers = {}) =>
      ask(path, {
        method: 'POST',
        body: new URLSearchParams(fields).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin, ...headers },
      }),
  }
}

/** The hidden fields of the form in a page. */
export function fieldsIn(html: string): Record<string, string> {
  const fields = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)
  return Object.fromEntries([...fields].map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]))
}

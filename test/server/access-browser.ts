import type { Hono } from 'hono'
import type { Instant } from '../../src/lib/instant.js'
import type { ServerEnv } from '../../src/server/env.js'

/** As much of a browser as signing in takes: it keeps cookies, says where it comes from, and reads forms. */
export interface Browser {
  readonly cookies: Map<string, string>
  get(path: string, headers?: Record<string, string>): Promise<Response>
  /** Sends a form from one of our own pages. */
  submit(path: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Response>
}

/** A browser under the clock `at`: a cookie that has had its `Max-Age` is gone. */
export function openBrowser(
  app: Hono<ServerEnv>,
  origin: string,
  at: { readonly now: Instant },
  from = '198.51.100.7',
): Browser {
  const cookies = new Map<string, string>()
  const ends = new Map<string, Instant>()
  const forget = (name: string) => {
    cookies.delete(name)
    ends.delete(name)
  }
  const ask = async (path: string, init: RequestInit & { headers: Record<string, string> }) => {
    for (const [name, end] of ends) if (end <= at.now) forget(name)
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { host: new URL(origin).host, accept: 'text/html', ...(cookie && { cookie }), ...init.headers }
    const wire = { incoming: { socket: { remoteAddress: from } } }
    const answer = await app.request(new URL(path, origin).href, { ...init, headers, redirect: 'manual' }, wire)
    for (const set of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      const [, age] = /; *max-age=(-?\d+)/i.exec(set) ?? []
      forget(name)
      if ((age !== undefined && Number(age) <= 0) || value === '') continue
      cookies.set(name, value)
      if (age !== undefined) ends.set(name, at.now + Number(age) * 1000)
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

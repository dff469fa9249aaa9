import type { Context } from 'hono'
import { Html, html } from '../../letters/html.js'
import type { Sight } from '../caller.js'
import type { ServerEnv } from '../env.js'
import type { AccessSettings } from './settings.js'

const CSS = `
:root { color-scheme: light dark; --ink: #1f2430; --page: #fff; --line: #b6bcc8; --act: #1f4e8c; --on-act: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ee; --page: #171a21; --line: #4a5162; --act: #9cc2f5; --on-act: #10131a; }
}
body { margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 26rem; margin: 12vh auto 0; padding: 0 1rem; }
h1 { font-size: 1.4rem; }
label { display: block; margin: 1rem 0 .25rem; }
input, button, .button { box-sizing: border-box; width: 100%; padding: .6rem .75rem; font: inherit; border-radius: .35rem;
  border: 1px solid var(--line); }
input { background: transparent; color: inherit; }
.plain { background: transparent; color: inherit; border-color: var(--line); }
button, .button { display: block; margin-top: 1rem; text-align: center; text-decoration: none; cursor: pointer;
  background: var(--act); border-color: var(--act); color: var(--on-act); }
a { color: var(--act); }
`

type Status = 200 | 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500 | 503

/** A small page of the server's own: to sign in, to sign out, or that there is nothing. It is never kept by a browser, and needs no script. */
export function page(c: Context<ServerEnv>, title: string, body: Html, status: Status = 200): Response {
  const { text } = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>${title} · Linewalker</title><style nonce="${c.get('nonce')}">${new Html(CSS)}</style></head>
<body><main><h1>${title}</h1>${body}</main></body></html>
`
  c.header('cache-control', 'no-store')
  return c.html(text, status)
}

const hidden = (name: string, value: string | null) =>
  value === null ? null : html`<input type="hidden" name="${name}" value="${value}">`

/** Where an address is given, and the way to the provider where there is one. */
export function loginPage(c: Context<ServerEnv>, { links, openid }: AccessSettings, to: string): Response {
  const byLink =
    links &&
    html`<form method="post" action="/login">${hidden('to', to)}${hidden('form_token', c.get('formToken'))}
<label for="email">Email address</label>
<input id="email" name="email" type="email" autocomplete="email" required maxlength="254" autofocus>
<button>Send me a link</button></form>`
  const byProvider =
    openid !== null &&
    html`<a class="button" href="/login/openid?to=${encodeURIComponent(to)}">Sign in at ${new URL(openid.issuer).host}</a>`
  if (!byLink && !byProvider) {
    const says = html`<p>Nobody signs in to this server: programs send a token, and <code>LINEWALKER_URL</code> lets people in.</p>`
    return page(c, 'Sign in', says, 404)
  }
  return page(c, 'Sign in', html`${byLink}${byProvider}`)
}

/** Where there is nothing by which anybody could prove who they are. */
export const localPage = (c: Context<ServerEnv>): Response =>
  page(
    c,
    'Nobody signs in here',
    html`<p>This server is reached from this machine alone, and whoever works on it may do everything.</p>
<p>Programs prove who they are by a token (<code>linewalker token create</code>); <code>LINEWALKER_URL</code> lets people sign in.</p>
<p><a href="/api/docs">API of Linewalker</a></p>`,
  )

/** The same whether the address is known or not. */
export const SENT =
  'If somebody here has that address, a link is on its way to it. It is good for 15 minutes, and for one use.'

export const sentPage = (c: Context<ServerEnv>, to: string): Response =>
  page(
    c,
    'Look into your mail',
    html`<p>${SENT}</p>
<p>Nothing there, or a slip in the address? <a href="/login${to !== '/' && `?${new URLSearchParams({ to })}`}">Give another address</a></p>`,
  )

/** Opened by a link; signs in only at a press of the button, so that programs that look at links in mails use nothing up. */
export const linkPage = (c: Context<ServerEnv>, name: string, key: string, to: string): Response =>
  page(
    c,
    'Sign in',
    html`<p>You are about to sign in as <strong>${name}</strong>.</p>
<form method="post" action="/login/link">${hidden('key', key)}${hidden('to', to)}${hidden('form_token', c.get('formToken'))}
<button>Sign in</button></form>`,
  )

/** Why a link or a provider let nobody in, and the way back. */
export const failedPage = (c: Context<ServerEnv>, says: string, status: Status = 403): Response =>
  page(c, 'Not signed in', html`<p>${says}</p><p><a href="/login">Sign in</a></p>`, status)

/** Why a link is of no use: a title without a full stop, and a sentence that goes on from it. */
export interface Useless {
  title: string
  says: string
}

/** Says why a link is of no use to whoever is signed in already. */
export const uselessPage = (c: Context<ServerEnv>, { title, says }: Useless, name: string, to: string): Response =>
  page(
    c,
    title,
    html`<p>${says}</p>
<p>You are signed in as <strong>${name}</strong>, so you need no other.</p>
<a class="button" href="${to}">Go on</a>`,
  )

const SEEN = { everything: 'everything', own: 'what is your own', team: 'what is your team’s' } as const

const signOutForm = (c: Context<ServerEnv>, style: '' | 'plain') =>
  html`<form method="post" action="/logout">${hidden('form_token', c.get('formToken'))}<button${
    style !== '' && html` class="${style}"`
  }>Sign out</button></form>`

/** Where a person lands who has signed in. */
export const signedInPage = (c: Context<ServerEnv>, name: string, sees: Sight): Response =>
  page(
    c,
    'Signed in',
    html`<p>You are signed in as <strong>${name}</strong>, and see ${SEEN[sees.is]}${sees.is === 'team' && ` (${sees.team})`}.</p>
<a class="button" href="/api/docs">API of Linewalker</a>${signOutForm(c, 'plain')}`,
  )

export const logoutPage = (c: Context<ServerEnv>, name: string): Response =>
  page(c, 'Sign out', html`<p>You are signed in as <strong>${name}</strong>.</p>${signOutForm(c, '')}`)

/** Said to a person who came by a wrong address. */
export const missingPage = (c: Context<ServerEnv>, says: string): Response =>
  page(
    c,
    'There is nothing here',
    html`<p>${says}</p><p><a href="/login">Sign in, or see who is signed in</a></p>
<p><a href="/api/docs">API of Linewalker</a></p>`,
    404,
  )

export const signedOutPage = (c: Context<ServerEnv>): Response =>
  page(c, 'Signed out', html`<p>You are signed out. <a href="/login">Sign in</a></p>`)

import { Hono } from 'hono'
import type { ServerEnv } from '../env.js'
import type { ServerPorts } from '../ports.js'
import { refusalOf, refused } from '../problem-details.js'
import { linkRoutes } from './links.js'
import { openidRoutes } from './openid.js'
import { failedPage, localPage, loginPage, logoutPage, signedInPage, signedOutPage } from './pages.js'
import { landing, localPath } from './paths.js'
import { signedInName } from './people.js'
import { signOut } from './sessions.js'
import type { AccessSettings } from './settings.js'

/** The pages by which people come in and go. */
export function loginRoutes(ports: ServerPorts, settings: AccessSettings): Hono<ServerEnv> {
  const routes = new Hono<ServerEnv>()
  routes.get('/login', async (c) => {
    const to = localPath(c.req.query('to'))
    const caller = c.get('caller')
    if (caller?.by === 'nobody') return localPage(c)
    if (!caller) return loginPage(c, settings, to)
    const name = await signedInName(c, ports)
    return name === null || landing(to) === to ? c.redirect(to, 303) : signedInPage(c, name, caller.sees)
  })
  routes.get('/logout', async (c) => {
    const name = await signedInName(c, ports)
    return name === null ? signedOutPage(c) : logoutPage(c, name)
  })
  routes.post('/logout', async (c) => {
    if (c.get('caller')?.by === 'session') await signOut(c, ports, settings)
    return c.redirect('/logout', 303)
  })
  if (settings.links) routes.route('/', linkRoutes(ports, settings))
  if (settings.openid) routes.route('/', openidRoutes(ports, settings, settings.openid))
  routes.onError((error, c) => {
    const refusal = refusalOf(error)
    if (!refusal) throw error
    if (refusal.type === 'unavailable') ports.log.warn({ error: error.message }, 'the database cannot serve')
    if (!c.req.header('accept')?.includes('text/html')) return refused(refusal)
    for (const [name, value] of Object.entries(refusal.headers)) c.header(name, value)
    return failedPage(c, refusal.message, refusal.status as 403)
  })
  return routes
}

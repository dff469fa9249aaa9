import type { Person } from '../../domain/subjects.js'
import { html } from '../../letters/html.js'
import { page } from '../../letters/page.js'
import type { Instant } from '../../lib/instant.js'
import { type LetterRow, newLetter } from '../../sql/telling.js'
import { LOGIN } from '../../store/access.js'

/** The letter that brings a login link: exact, so that it knows no windows and no quiet hours. */
export function loginLetter(person: Person, link: string, id: string, now: Instant): LetterRow {
  const title = 'Your link to sign in to Linewalker'
  const greeting = `Hello ${person.name ?? person.id},`
  const ends =
    'It is good for 15 minutes, and for one use. If you did not ask for it, do nothing: nobody comes in by it.'
  return {
    ...newLetter(now),
    id: `${LOGIN}/${id}`,
    step: LOGIN,
    type: 'email',
    channel: null,
    to: JSON.stringify([person.id]),
    title,
    body: `${greeting}\n\nthis link signs you in:\n\n${link}\n\n${ends}\n`,
    html: page(
      title,
      html`<p>${greeting}</p><p>this link signs you in: <a href="${link}">Sign in</a></p><p class="quiet">${ends}</p>`,
    ),
  }
}

import { secretsIn } from '../../config/secrets.js'
import type { LetterRow } from '../../sql/telling.js'
import type { Outcome } from '../outcome.js'
import type { Channel, ChannelSpec, ChannelType, Sending, Wire } from './channel.js'
import { email } from './email.js'
import { slack } from './slack.js'
import { teams } from './teams.js'
import { webhook } from './webhook.js'

/** All channels, by the word that the rules use. A new one is a file and a line here. */
export const CHANNELS: { readonly [Type in ChannelType]: Channel<Type> } = { email, slack, teams, webhook }

/**
 * May such a letter be sent again where nobody knows whether it arrived? It may where every channel that carries such letters
 * is repeatable: the rules may not have the one any more by which it went out.
 */
export const isRepeatable = ({ type }: Pick<LetterRow, 'type'>): boolean =>
  Object.values(CHANNELS).every(({ carries, repeatable }) => carries !== type || repeatable)

/** Makes one attempt. What is said of it holds no secret, whatever the other side answers. Never throws. */
export async function attempt(letter: Sending, spec: ChannelSpec, wire: Wire): Promise<Outcome> {
  const outcome = await deliver(letter, spec, wire).catch(
    (error: Error): Outcome => ({
      is: 'unavailable',
      why: `It could not be sent: ${error.message}.`,
      retryAfter: null,
    }),
  )
  const hush = hushed(spec, wire.env)
  if (outcome.is === 'delivered') return { ...outcome, note: outcome.note && hush(outcome.note) }
  return { ...outcome, why: hush(outcome.why) }
}

const deliver = async <Type extends ChannelType>(letter: Sending, spec: ChannelSpec, wire: Wire): Promise<Outcome> =>
  (CHANNELS[spec.type] as Channel<Type>).deliver(letter, spec as never, wire)

/** Takes the channel's secrets, and the parts of a URL that are some, out of a sentence. */
function hushed(spec: ChannelSpec, env: Wire['env']): (text: string) => string {
  const values = secretsIn(JSON.stringify(spec)).flatMap((name) => env[name] ?? [])
  const parts = values.flatMap((value) => {
    const url = URL.canParse(value) ? new URL(value) : null
    return url ? [value, url.password, decoded(url.password), url.pathname] : [value]
  })
  const secret = parts.filter((part) => part.length > 3).sort((a, b) => b.length - a.length)
  return (text) => secret.reduce((left, part) => left.replaceAll(part, '…'), text)
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

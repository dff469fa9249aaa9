import type { People } from '../domain/vocabulary.js'
import { isEmailAddress } from '../lib/email-address.js'
import type { Program } from '../program/program.js'
import { ANNOUNCED } from '../sql/announcing.js'
import type { Attachment, LetterRow } from '../sql/telling.js'
import type { ChannelSpec, Sending } from './channels/channel.js'
import { NO_EMAIL_CHANNEL } from './channels/email.js'
import { CHANNELS } from './channels/index.js'

/** A letter as a channel sends it: people are reached at the address they have now, else where the id itself is one. */
export function sendingOf(letter: LetterRow, people: People): Sending {
  const named = (JSON.parse(letter.to) as string[]).map((one) => {
    const person = people.get(one)
    const address = [person?.email ?? '', one].find(isEmailAddress) ?? null
    return { name: person?.name ?? null, address, id: one }
  })
  return {
    id: letter.id,
    at: letter.at,
    to: named.flatMap(({ name, address }) => (address === null ? [] : [{ name, address }])),
    leftOut: named.filter(({ address }) => address === null).map(({ id }) => `No email address of ${id} is known.`),
    title: letter.title,
    body: letter.body,
    mediaType: letter.step === ANNOUNCED ? 'application/cloudevents+json' : 'application/json',
    html: letter.html,
    attachments: letter.attachments === null ? [] : (JSON.parse(letter.attachments) as Attachment[]),
  }
}

/** The channel by which a letter goes out; or, in a sentence, why there is none. */
export function channelOf(
  { channel, type }: Pick<LetterRow, 'channel' | 'type'>,
  { sections: { channels = {}, notifications } }: Program,
): ChannelSpec | string {
  if (channel === null) return emailChannel(channels, notifications?.via)
  const spec = channels[channel]
  if (!spec) return `The rules have no channel "${channel}" any more.`
  if (CHANNELS[spec.type].carries !== type) return `The channel "${channel}" is of type ${spec.type} now.`
  return spec
}

/** Letters that name no channel go by that of notifications, else by the first of type email, else to the outbox. */
function emailChannel(channels: Readonly<Record<string, ChannelSpec>>, via: string | undefined): ChannelSpec {
  const preferred = via === undefined ? undefined : channels[via]
  if (preferred?.type === 'email') return preferred
  return Object.values(channels).find(({ type }) => type === 'email') ?? NO_EMAIL_CHANNEL
}

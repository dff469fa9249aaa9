import type { HttpGuard } from '../../lib/http-guard.js'
import type { Instant } from '../../lib/instant.js'
import type { Program } from '../../program/program.js'
import type { Attachment, LetterRow } from '../../sql/telling.js'
import type { Outcome } from '../outcome.js'

/** A channel as the rules declare it, its secrets not yet filled in. */
export type ChannelSpec = NonNullable<Program['sections']['channels']>[string]
export type ChannelType = ChannelSpec['type']
export type SpecOf<Type extends ChannelType> = Extract<ChannelSpec, { type: Type }>

export interface Recipient {
  name: string | null
  address: string
}

/** A letter as a channel sends it. */
export interface Sending {
  /** The letter's id: the same on every attempt, whatever it is called on the wire. */
  id: string
  at: Instant
  to: readonly Recipient[]
  /** Why people whom the letter names do not get it. */
  leftOut: readonly string[]
  title: string | null
  body: string
  /** What the body of a webhook is: JSON of a rule's call, or a CloudEvent. */
  mediaType: 'application/json' | 'application/cloudevents+json'
  html: string | null
  /** Shown within the HTML part: `<img src="cid:CID">`. */
  attachments: readonly Attachment[]
}

/** What a channel works with beside its letter. */
export interface Wire {
  http: HttpGuard
  env: Readonly<Record<string, string | undefined>>
  /** The folder for letters that no server is named for. */
  outbox: string
  now: Instant
  /** Milliseconds after which an attempt ends, hard. */
  patience: number
}

/** A way in which letters go out: its file and a line in the list. It makes one attempt and says what came of it. */
export interface Channel<Type extends ChannelType> {
  readonly type: Type
  readonly carries: LetterRow['type']
  /** Can the receiver tell a second copy from the first? Only then is a letter sent again that may have arrived already. */
  readonly repeatable: boolean
  deliver(letter: Sending, spec: SpecOf<Type>, wire: Wire): Promise<Outcome>
}

export const defineChannel = <Type extends ChannelType>(channel: Channel<Type>): Channel<Type> => channel

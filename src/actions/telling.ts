import { z } from 'zod'
import { factsFor } from '../facts/table.js'
import { isEmailAddress } from '../lib/email-address.js'
import { nearest } from '../lib/nearest.js'
import type { Path } from '../lib/problem.js'
import type { Template } from '../lib/texts.js'
import type { ActionCheck } from './action.js'
import { defineAction } from './define.js'
import { liquid, several, words } from './options.js'
import { leftOut } from './state.js'
import { factValues } from './values.js'
import { readWho, readWhos, told, type Who } from './who.js'

/** Tells people by the notification rules: gathered, outside quiet hours, at most so many a day. */
export const notify = defineAction({
  name: 'notify',
  for: ['opportunity', 'account'],
  summary: 'Tells people, by the notification rules.',
  options: z.strictObject({ to: several, text: liquid.optional(), urgent: z.boolean().optional() }),
  short: 'to',
  example: '{ notify: { to: [owner, manager], urgent: true } }',
  compile({ to, text: written, urgent = false }, check, path) {
    const whos = readWhos(to, check, [...path, 'to'])
    const text = written === undefined ? undefined : check.template(written, [...path, 'text'])
    if (!whos || text === null) return null
    return (context) => {
      const { people, why } = told(whos, context)
      if (people.length === 0) return [leftOut('notify', why)]
      const { title, why: because } = context.rule
      const said = text ? text.render(context.values) : because === null ? title : `${title}\n${because}`
      return [{ kind: 'notify', to: people, text: said, urgent }]
    }
  },
})

type Recipient = { readonly is: 'text'; readonly text: Template } | { readonly is: 'who'; readonly who: Who }

/** Writes one exact letter. People are named by id; the letter goes to the address they have when it is sent. */
export const sendEmail = defineAction({
  name: 'send_email',
  for: ['opportunity', 'account'],
  summary: 'Writes an exact letter to people or to an address.',
  options: z.strictObject({ to: several, subject: liquid, text: liquid }),
  short: 'to',
  example: '{ send_email: { to: owner, subject: "About {{ name }}", text: "Is it still alive?" } }',
  compile({ to, subject: subjectText, text: bodyText }, check, path) {
    const list = Array.isArray(to)
      ? to.map((one, i) => [one, [...path, 'to', i]] as const)
      : [[to, [...path, 'to']] as const]
    const recipients = list.map(([one, at]) => readRecipient(one, check, at))
    const subject = check.template(subjectText, [...path, 'subject'])
    const text = check.template(bodyText, [...path, 'text'])
    if (!subject || !text || !recipients.every((one) => one !== null)) return null
    return (context) => {
      const { snapshot, values } = context
      const reasons: string[] = []
      const addresses = recipients.flatMap((recipient) => {
        if (recipient.is === 'text') {
          const address = recipient.text.render(values).trim()
          if (isEmailAddress(address)) return [address]
          reasons.push(`"${address}" is no address.`)
          return []
        }
        const { people, why } = told([recipient.who], context)
        if (why) reasons.push(why)
        const reached = people.filter((id) => snapshot.people.get(id)?.email)
        for (const id of people) if (!reached.includes(id)) reasons.push(`No email address of ${id} is known.`)
        return reached
      })
      if (addresses.length === 0) return [leftOut('send_email', reasons.join(' '))]
      // A subject is one line, whatever the facts hold.
      const line = subject.render(values).replace(/\s+/g, ' ').trim()
      return [{ kind: 'send_email', to: [...new Set(addresses)], subject: line, text: text.render(values) }]
    }
  },
})

function readRecipient(written: unknown, check: ActionCheck, path: Path): Recipient | null {
  const word = String(written)
  if (/\{[{%]/.test(word) || isEmailAddress(word)) {
    const text = check.template(word, path)
    return text && { is: 'text', text }
  }
  const who = readWho(word, check, path)
  return who && { is: 'who', who }
}

/** Posts a text to a channel of Slack or Teams. */
export const postMessage = defineAction({
  name: 'post_message',
  for: ['opportunity', 'account'],
  summary: 'Posts a text to a channel of Slack or Teams.',
  options: z.strictObject({ channel: words, text: liquid }),
  short: 'channel',
  example: '{ post_message: { channel: deals, text: "{{ name }} is won" } }',
  compile({ channel: written, text: source }, check, path) {
    const channel = readChannel('post_message', written, ['slack', 'teams'], check, [...path, 'channel'])
    const text = check.template(source, [...path, 'text'])
    if (!channel || !text) return null
    return ({ values }) => [{ kind: 'post_message', channel, text: text.render(values) }]
  },
})

/** Calls a signed webhook with the intent and the subject's facts. */
export const callWebhook = defineAction({
  name: 'call_webhook',
  for: ['opportunity', 'account'],
  summary: "Calls a signed webhook with the intent and the subject's facts.",
  options: z.strictObject({ channel: words }),
  short: 'channel',
  example: '{ call_webhook: crm }',
  compile({ channel: written }, check, path) {
    const channel = readChannel('call_webhook', written, ['webhook'], check, [...path, 'channel'])
    if (!channel) return null
    const facts = factsFor(check.for, check.vocabulary)
    return ({ snapshot }) => [{ kind: 'call_webhook', channel, facts: factValues(facts, snapshot) }]
  },
})

function readChannel(action: string, written: unknown, types: readonly string[], check: ActionCheck, path: Path) {
  const name = String(written)
  const channel = check.channels.get(name)
  if (channel && types.includes(channel.type)) return name
  const fitting = [...check.channels].filter(([, { type }]) => types.includes(type)).map(([id]) => id)
  const near = channel ? undefined : nearest(name, fitting)
  check.complain({
    path,
    message: channel
      ? `${action} needs a channel of type ${types.join(' or ')}; "${name}" is of type ${channel.type}.`
      : `There is no channel "${name}".`,
    ...(channel ? {} : { unknown: { kind: 'channel', name } }),
    hint: near
      ? { meant: near }
      : fitting.length > 0
        ? `It may be ${fitting.join(', ')}.`
        : `The section "channels" declares none of type ${types.join(' or ')}.`,
  })
  return null
}

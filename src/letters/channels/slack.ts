import { postTo } from './answer.js'
import { defineChannel } from './channel.js'

/** An incoming webhook of Slack. What is said is text: no fact of a subject can call a whole channel or hide a link. */
export const slack = defineChannel({
  type: 'slack',
  carries: 'message',
  repeatable: false,
  deliver: ({ title, body }, spec, wire) =>
    postTo(spec, {}, JSON.stringify({ text: plain(title === null ? body : `${title}\n${body}`) }), wire),
})

const plain = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

import { postTo } from './answer.js'
import { defineChannel } from './channel.js'

/** An incoming webhook of Teams (a workflow or a connector): an adaptive card with a block per line. */
export const teams = defineChannel({
  type: 'teams',
  carries: 'message',
  repeatable: false,
  deliver: ({ title, body }, spec, wire) => postTo(spec, {}, JSON.stringify(card(title, body)), wire),
})

/** A TextBlock reads Markdown: what would be a link or a style is text. */
const plain = (text: string): string => text.replace(/[\\[\]()*_`~]/g, '\\$&')

function card(title: string | null, text: string) {
  const line = (said: string) => ({ type: 'TextBlock', text: plain(said), wrap: true, spacing: 'None' })
  const head = title === null ? [] : [{ type: 'TextBlock', text: plain(title), wrap: true, weight: 'Bolder' }]
  const lines = text.split('\n').filter((said) => said.trim() !== '')
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [...head, ...lines.map(line)],
        },
      },
    ],
  }
}

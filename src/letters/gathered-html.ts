import type { ReadBlock, ReadLetter } from './gathered.js'
import type { ReadLine } from './gathered-line.js'
import type { Way } from './gathered-ways.js'
import { codeHtml, type Html, html } from './html.js'
import { page } from './page.js'

/** The HTML part of a gathered letter: one column, no pictures, every colour with its word. */
export function gatheredHtml(letter: ReadLetter): string {
  const { title, greeting, intro, sections, more, tasks, resolved, notes, foot, ways } = letter
  return page(
    title,
    html`<h1>${title}</h1>
<p>${greeting}</p>
${intro.filter((text) => text !== `${title}.`).map((text) => html`<p>${text}</p>\n`)}${sections.map(
  ({
    title: heading,
    counts,
    groups,
  }) => html`<h2>${heading}${counts !== null && html` <span class="quiet">${counts}</span>`}</h2>
${groups.map(
  ({ title: account, blocks }) =>
    html`${account !== null && html`<h3>${account}</h3>\n`}${blocks.map((block) => blockHtml(block))}`,
)}`,
)}${more !== null && html`<p>${more}</p>\n`}${
  tasks &&
  html`<h2>${tasks.title}</h2>
${tasks.says !== null && html`<p>${tasks.says}</p>\n`}<ul>${tasks.items.map(({ says, id }) => html`<li>${says}<div class="quiet">${codeHtml(id)}</div></li>`)}</ul>
${tasks.more !== null && html`<p>${tasks.more}</p>\n`}`
}${
  resolved &&
  html`<h2>${resolved.title}</h2>
<ul>${resolved.items.map((item) => html`<li>${item}</li>`)}</ul>
${resolved.more !== null && html`<p>${resolved.more}</p>\n`}`
}${notes.map((note) => html`<p class="quiet">${note}</p>\n`)}<div class="foot">
<p>${foot.join(' ')}</p>
${waysHtml(ways)}</div>
`,
  )
}

/** What one may do: a sentence, and beneath it the commands. */
export const waysHtml = (ways: readonly Way[]): Html =>
  html`${ways.map(
    ({ says, commands }) => html`<p>${says}</p>\n${commands.map((command) => html`<p>${codeHtml(command)}</p>\n`)}`,
  )}`

const blockHtml = ({ name, amount, account, severity, lines }: ReadBlock): Html => html`<div class="line ${
  severity ?? ''
}"><div><span class="name">${name}</span>${account !== null && html`, ${account}`}${
  amount !== null && html`, <span class="amount">${amount}</span>`
}</div>
${lines.map((line) => partHtml(line))}</div>
`

const partHtml = ({
  severity,
  level,
  tags,
  says,
  why,
  because,
  since,
  finding,
}: ReadLine): Html => html`<div class="part"><div><span class="tag ${
  severity ?? ''
}">${level}</span>${tags.map((tag) => html`<span class="tag">${tag}</span>`)}</div>
<div>${says.split('\n').map((text, i) => html`${i > 0 && html`<br>`}${text}`)}</div>
${why !== null && html`<div class="quiet">${why}</div>\n`}${because !== '' && html`<div>${because}</div>\n`}<div class="quiet">${
  since !== null && html`${since}<br>`
}${codeHtml(finding)}</div></div>
`

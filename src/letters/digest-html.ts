import type { ReadDigest } from './digest.js'
import { type ListTable, type Row, UNBROKEN } from './digest-table.js'
import { waysHtml } from './gathered-html.js'
import { codeHtml, type Html, html } from './html.js'
import { page } from './page.js'

/** The HTML part of a digest. Its picture comes with the letter, by content id; the numbers in it stand below it too. */
export function digestHtml(digest: ReadDigest): string {
  const { title, greeting, intro, levels, changeTitle, picture, bars, lists, advice, foot, ways } = digest
  return page(
    title,
    html`<h1>${title}</h1>
<p>${greeting}</p>
${intro.map((text) => html`<p>${unbroken(text)}</p>\n`)}<h2>Health</h2>
<table><tr><th>health</th><th class="number">count</th><th class="number">share</th><th class="number">value</th>${
      changeTitle !== null && html`<th class="number">${changeTitle}</th>`
    }</tr>
${levels.map(
  ({ level, name, count, share, value, change }) => html`<tr><td><span class="tag ${level}">${name}</span></td>
<td class="number">${count}</td><td class="number">${share}</td><td class="number">${value}</td>${
    changeTitle !== null && html`<td class="number">${change}</td>`
  }</tr>\n`,
)}</table>
${picture !== null && html`<p><img src="cid:${picture.cid}" alt="${picture.says}" width="480"></p>\n`}${
  bars.length > 1 && html`<ul class="quiet">${bars.map((bar) => html`<li>${bar}</li>`)}</ul>\n`
}${lists.map(
  ({ title: heading, intro: first, entries, table, more }) => html`<h2>${heading}</h2>
${first !== null && html`<p>${first}</p>\n`}${table && tableHtml(table)}${entries.map(
  ({ name, level, tag, says }) => html`<div class="line ${level ?? ''}"><div><span class="name">${name}</span>${
    tag !== null && html` <span class="tag ${level ?? ''}">${tag}</span>`
  }</div>
${says.map((text, i) => html`<div${i === 0 && says.length > 1 && html` class="quiet"`}>${text}</div>\n`)}</div>
`,
)}${more !== null && html`<p>${more}</p>\n`}`,
)}${
  advice.length > 0 &&
  html`<h2>Coaching</h2>
${advice.map(
  ({ title: book, practice, says, more }) => html`<h3>${book}</h3>
${practice !== null && html`<p class="quiet">${practice}</p>\n`}${
  says.length > 0 &&
  html`<ul>${says.map(({ name, text }) => html`<li><span class="name">${name}</span>: ${text}</li>`)}${
    more !== null && html`<li class="quiet">${more}</li>`
  }</ul>\n`
}`,
)}`
}<div class="foot"><p>${foot}</p>
${waysHtml(ways)}</div>
`,
    'wide',
  )
}

/** At the width of a phone each row is a block of its own, and each cell says what it is. */
const tableHtml = ({
  head,
  headers,
  rows,
}: ListTable): Html => html`<table class="rows"><tr class="heads"><th>${head}</th>${headers.map(
  ({ title, right }) => html`<th${right && html` class="number"`}>${title}</th>`,
)}</tr>
${rows.map(
  ({ name, level, tag, under, cells, notes, code }) =>
    html`<tr><td><span class="name">${name}</span>${
      tag !== null && html` <span class="tag ${level ?? ''}">${tag}</span>`
    }${under !== null && html`<div class="quiet">${under}</div>`}${notes.length > 0 && html`<div class="quiet">${notes.map(noteHtml)}</div>`}${
      code !== null && html`<div class="quiet">${codeHtml(code)}</div>`
    }</td>${cells.map((cell, i) => cellHtml(cell, headers[i] as ListTable['headers'][number]))}</tr>\n`,
)}</table>
`

const noteHtml = ({ text, level }: Row['notes'][number], i: number): Html =>
  html`${i > 0 && ' · '}${level === null ? unbroken(text) : html`<span class="${level}">${unbroken(text)}</span>`}`

function cellHtml({ text, level }: Row['cells'][number], { title, right }: ListTable['headers'][number]): Html {
  const classes = [text === '' && 'none', right && 'number', level].filter(Boolean).join(' ')
  return html`<td${classes !== '' && html` class="${classes}"`}>${text !== '' && html`<span class="label">${title}: </span>`}${unbroken(text)}</td>`
}

/** A text of which days, amounts and spans stay in one line. */
function unbroken(text: string): Html {
  const parts: (string | Html)[] = []
  let from = 0
  for (const { 0: part, index } of text.matchAll(UNBROKEN)) {
    parts.push(text.slice(from, index), html`<span class="whole">${part}</span>`)
    from = index + part.length
  }
  return html`${[...parts, text.slice(from)]}`
}

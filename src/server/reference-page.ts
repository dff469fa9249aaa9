import { type Html, html } from '../letters/html.js'
import { kindOf } from './reference-kinds.js'
import { TOPICS } from './topics.js'

type Json = Record<string, unknown>

interface Parameter {
  name: string
  in: string
  required: boolean
  description?: string
  schema: Json
}

interface Described {
  operationId: string
  tags: string[]
  summary: string
  description: string
  parameters: Parameter[]
  requestBody?: { required: boolean; content: Record<string, { schema: Json }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: Json }> }>
}

/** What the page shows of a document. */
export interface Shown {
  info: { version: string; description: string }
  paths: Record<string, Record<string, Described>>
  components: { schemas: Record<string, Json> }
}

/** The document as a page to read: no script, its style from `/api/docs/style.css`. */
export function referencePage({ info, paths, components }: Shown): string {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const topics = Object.entries(TOPICS).map(([topic, says]) => {
    const own = operations.filter(({ operation }) => operation.tags.includes(topic))
    return html`<section id="${topic}"><h2>${topic}</h2><p>${says}</p>${own.map(operationPart)}</section>`
  })
  const links = Object.keys(TOPICS).map((topic) => html`<li><a href="#${topic}">${topic}</a></li>`)
  const schemas = Object.entries(components.schemas).sort(([a], [b]) => (a < b ? -1 : 1))
  const { text } = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>API of Linewalker</title><link rel="stylesheet" href="/api/docs/style.css"></head>
<body><header><h1>API of Linewalker <small>${info.version}</small></h1>${said(info.description)}
<p>For programs: <a href="/api/v1/openapi.json">openapi.json</a> (OpenAPI 3.1).</p></header>
<nav aria-label="Resources"><ul>${links}<li><a href="#schemas">schemas</a></li></ul></nav>
<main>${topics}<section id="schemas"><h2>schemas</h2>${schemas.map(([name, schema]) => schemaPart(name, schema))}</section></main>
</body></html>
`
  return text
}

/** Texts of the document hold code between backticks, and paragraphs. */
const said = (text: string): Html[] => text.split('\n\n').map((part) => html`<p>${inline(part)}</p>`)

const inline = (text: string): (Html | string)[] =>
  text.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))

function operationPart({ path, method, operation }: { path: string; method: string; operation: Described }): Html {
  const { operationId, summary, description, parameters, requestBody, responses } = operation
  const rows = parameters.map(
    (
      one,
    ) => html`<tr><td><code>${one.name}</code>${one.required ? html` <strong>needed</strong>` : ''}</td><td>${one.in}</td>
<td>${kindOf(one.schema)}</td><td>${inline(one.description ?? '')}</td></tr>`,
  )
  const answers = Object.entries(responses).map(([status, { description: says, content }]) => {
    const [[type, first] = []] = Object.entries(content ?? {})
    const other = type === undefined || /json$/.test(type) ? '' : html`<code>${type}</code>: `
    return html`<tr><td>${status}</td><td>${says}</td><td>${other}${first ? kindOf(first.schema) : ''}</td></tr>`
  })
  const bodies = Object.entries(requestBody?.content ?? {}).map(
    ([type, { schema }]) => html`<li><code>${type}</code>: ${kindOf(schema)}</li>`,
  )
  return html`<article id="${operationId}"><h3><span class="method">${method.toUpperCase()}</span> <code>${path}</code></h3>
<p><strong>${summary}</strong></p>${said(description)}
${bodies.length > 0 ? html`<h4>Body</h4><ul>${bodies}</ul>` : ''}
<h4>Parameters and headers</h4><table class="parameters"><tbody>${rows}</tbody></table>
<details><summary>Answers</summary><table class="answers"><tbody>${answers}</tbody></table></details></article>`
}

function schemaPart(name: string, schema: Json): Html {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Json>)
  const needed = (schema.required ?? []) as string[]
  const rows = properties.map(
    ([
      property,
      one,
    ]) => html`<tr><td><code>${property}</code>${needed.includes(property) ? '' : html` <small>may be left out</small>`}</td>
<td>${kindOf(one)}</td><td>${inline(String(one.description ?? ''))}</td></tr>`,
  )
  return html`<article id="schema-${name}"><h3>${name}</h3>${said(String(schema.description ?? ''))}
${rows.length > 0 ? html`<table class="properties"><tbody>${rows}</tbody></table>` : html`<p>${kindOf({ ...schema, description: undefined })}</p>`}</article>`
}

/** How the page looks; light and dark, readable on paper and on a small screen. */
export const REFERENCE_STYLE = `
:root { color-scheme: light dark; --ink: #1f2430; --quiet: #5b6474; --page: #fff; --line: #d5d9e0; --act: #1f4e8c; --code: #f3f5f8; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8ee; --quiet: #a3abba; --page: #171a21; --line: #3a4150; --act: #9cc2f5; --code: #222733; }
}
body { margin: 0 auto; max-width: 70rem; padding: 1rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
a { color: var(--act); }
small { color: var(--quiet); font-weight: normal; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none; }
article { margin: 2rem 0; padding-top: 1rem; border-top: 1px solid var(--line); }
h3 { overflow-wrap: anywhere; }
.method { color: var(--act); }
code { background: var(--code); padding: .1em .3em; border-radius: .2em; font-size: .9em; }
table { border-collapse: collapse; width: 100%; }
td { padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: anywhere; }
.parameters td:nth-child(1) { width: 22%; }
.parameters td:nth-child(2) { width: 4rem; overflow-wrap: normal; }
.parameters td:nth-child(3) { width: 24%; }
.answers td:nth-child(1) { width: 3rem; overflow-wrap: normal; }
.answers td:nth-child(2) { width: 40%; }
.properties td:nth-child(1) { width: 25%; }
.properties td:nth-child(2) { width: 30%; }
@media (max-width: 40rem) {
  table, tbody, tr, td:last-child { display: block; }
  tr { padding: .4rem 0; border-bottom: 1px solid var(--line); }
  td { display: inline; border: 0; }
}
`

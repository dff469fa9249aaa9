import juice from 'juice'
import { Html, html } from './html.js'
import { CARD, GRID, SIGNAL } from './signal.js'

/** Plain colours that are read on white, each with a word beside it: no meaning hangs on a colour. */
const CSS = `
body { margin: 0; padding: 0; background: #f4f5f7; }
.page { max-width: 600px; margin: 0 auto; padding: 16px; background: #ffffff; color: #1f2430;
  font: 15px/1.45 -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
.page.wide { max-width: 720px; }
h1 { font-size: 20px; line-height: 1.25; margin: 4px 0 8px; }
h2 { font-size: 16px; margin: 24px 0 6px; padding-bottom: 4px; border-bottom: 1px solid #d8dce3; }
h3 { font-size: 15px; margin: 14px 0 2px; }
p { margin: 6px 0; }
a { color: #1f4e8c; }
ul { margin: 6px 0; padding-left: 20px; }
.line { margin: 10px 0; padding: 2px 0 2px 12px; border-left: 4px solid #b6bcc8; }
.line.poor { border-left-color: ${SIGNAL.poor}; }
.line.at_risk { border-left-color: ${SIGNAL.at_risk}; }
.line.watch { border-left-color: #1f4e8c; }
.part { margin: 4px 0 8px; }
.name { font-weight: bold; }
.amount { white-space: nowrap; }
.tag { display: inline-block; font-size: 12px; line-height: 16px; padding: 1px 6px; margin-right: 4px;
  border: 1px solid #b6bcc8; border-radius: 3px; color: #3a4150; background: #f4f5f7; font-weight: normal; white-space: nowrap; }
.tag.poor { color: #ffffff; background: ${SIGNAL.poor}; border-color: ${SIGNAL.poor}; }
.tag.at_risk { color: #1f2430; background: ${SIGNAL.at_risk}; border-color: ${SIGNAL.at_risk}; }
.tag.watch { color: #ffffff; background: #1f4e8c; border-color: #1f4e8c; }
.tag.healthy { color: #ffffff; background: ${SIGNAL.healthy}; border-color: ${SIGNAL.healthy}; }
.quiet { color: #5a6272; font-size: 13px; font-weight: normal; }
code { font: 12px/1.5 ui-monospace, Menlo, Consolas, monospace; color: #3a4150; overflow-wrap: anywhere; }
code .word { display: inline-block; max-width: 100%; }
table { border-collapse: collapse; width: 100%; margin: 8px 0; font-size: 13px; }
th { text-align: left; vertical-align: bottom; color: #5a6272; font-weight: normal; line-height: 1.25;
  border-bottom: 1px solid #d8dce3; padding: 4px 8px 4px 0; }
td { vertical-align: top; border-bottom: 1px solid #eceef2; padding: 5px 8px 5px 0; overflow-wrap: break-word; }
.number { text-align: right; padding-right: 16px; }
.whole { white-space: nowrap; }
.label { display: none; }
td.poor, .quiet span.poor { color: ${SIGNAL.poor}; font-weight: bold; }
td.at_risk, .quiet span.at_risk { color: #8a4b00; font-weight: bold; }
img { display: block; box-sizing: border-box; width: 100%; max-width: 504px; height: auto; padding: 12px;
  border-radius: 8px; background: ${CARD}; }
.foot { margin-top: 28px; padding-top: 10px; border-top: 1px solid #d8dce3; color: #5a6272; font-size: 13px; }
`

/** What cannot stand in an element. Mail readers that drop it show the same letter, light and as wide as it is. */
const ASIDE = `
@media (max-width: 520px) {
  .rows, .rows tbody, .rows tr, .rows td { display: block !important; width: auto !important; }
  .rows .heads { display: none !important; }
  .rows tr { padding: 8px 0 !important; border-bottom: 1px solid #d8dce3 !important; }
  .rows td { padding: 1px 0 !important; font-size: 14px; border: 0 !important; text-align: left !important; }
  .rows td + td { display: inline-block !important; margin-right: 16px !important; }
  .rows td.none { display: none !important; }
  .rows .label { display: inline !important; }
}
@media (prefers-color-scheme: dark) {
  body { background: #10131a !important; }
  .page { background: #171a21 !important; color: #e6e8ee !important; }
  h2, th, .foot { border-color: #4a5162 !important; }
  td, .rows tr { border-color: #2c3240 !important; }
  a { color: #9cc2f5 !important; }
  .quiet, th, .foot { color: #a9b1c2 !important; }
  code { color: #cdd3df !important; }
  .tag { color: #e6e8ee; background: #2c3240; border-color: #4a5162; }
  .tag:not(.poor):not(.at_risk):not(.watch):not(.healthy) {
    color: #e6e8ee !important; background: #2c3240 !important; border-color: #4a5162 !important; }
  td.poor, .quiet span.poor { color: #ff9a8f !important; }
  td.at_risk, .quiet span.at_risk { color: ${SIGNAL.at_risk} !important; }
}
`

const SCHEMES = new Html(
  '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">',
)

/** A whole page for an email: its CSS stands in each element, since many readers drop a style sheet. Reads without pictures. */
export function page(title: string, body: Html, width: 'narrow' | 'wide' = 'narrow'): string {
  const { text } = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
${SCHEMES}<title>${title}</title></head>
<body><div class="page${width === 'wide' && ' wide'}">${body}</div></body></html>
`
  const inlined = juice.inlineContent(text, CSS, { removeStyleTags: true })
  return inlined.replace('</head>', `<style>${ASIDE}</style></head>`)
}

/** Shadows at its edges show that a table goes on. */
const WIDE = `
:root { color-scheme: light dark; --page: #ffffff; --shadow: rgba(31, 36, 48, .28); }
.page { max-width: 1000px; background: var(--page); }
figure { margin: 0; }
figure svg { display: block; width: 100%; height: auto; }
figure svg text[stroke] { stroke: var(--page); }
figure .narrow { display: none; }
.scroll { overflow-x: auto; background:
  linear-gradient(to right, var(--page) 40%, transparent) 0 0 / 48px 100% no-repeat local,
  linear-gradient(to left, var(--page) 40%, transparent) 100% 0 / 48px 100% no-repeat local,
  radial-gradient(farthest-side at 0 50%, var(--shadow), transparent) 0 0 / 14px 100% no-repeat scroll,
  radial-gradient(farthest-side at 100% 50%, var(--shadow), transparent) 100% 0 / 14px 100% no-repeat scroll; }
.more { display: none; }
td, th { white-space: nowrap; }
@media (max-width: 640px) {
  figure .wide { display: none; }
  figure .narrow { display: block; }
  .more { display: block; }
}
@media (prefers-color-scheme: dark) {
  :root { --page: #171a21; --shadow: rgba(0, 0, 0, .8); }
  figure svg text { fill: #e6e8ee; }
  figure svg path[stroke="${GRID}"] { stroke: #2c3240; }
}
`

/** A whole page for a browser, in one file: nothing is fetched, and no script runs. */
export const webPage = (title: string, body: Html): string =>
  html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
${SCHEMES}<title>${title}</title><style>${new Html(CSS + ASIDE + WIDE)}</style></head>
<body><main class="page">${body}</main></body></html>
`.text

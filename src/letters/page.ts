import juice from 'juice'
import { Html, html } from './html.js'

/** Plain colours that are read on white, each with a word beside it: no meaning hangs on a colour. */
const CSS = `
body { margin: 0; padding: 0; background: #f4f5f7; }
.page { max-width: 600px; margin: 0 auto; padding: 16px; background: #ffffff; color: #1f2430;
  font: 15px/1.45 -apple-system, "Segoe UI", Roboto, Helvetica, Arial, sans-serif; }
h1 { font-size: 20px; line-height: 1.25; margin: 4px 0 8px; }
h2 { font-size: 16px; margin: 24px 0 6px; padding-bottom: 4px; border-bottom: 1px solid #d8dce3; }
h3 { font-size: 15px; margin: 14px 0 2px; }
p { margin: 6px 0; }
a { color: #1f4e8c; }
ul { margin: 6px 0; padding-left: 20px; }
.line { margin: 10px 0; padding: 2px 0 2px 12px; border-left: 4px solid #b6bcc8; }
.line.poor { border-left-color: #b3261e; }
.line.at_risk { border-left-color: #b06000; }
.line.watch { border-left-color: #1f4e8c; }
.name { font-weight: bold; }
.amount { white-space: nowrap; }
.tag { display: inline-block; font-size: 12px; line-height: 16px; padding: 1px 6px; margin-right: 4px;
  border: 1px solid #b6bcc8; border-radius: 3px; color: #3a4150; background: #f4f5f7; }
.tag.poor { color: #ffffff; background: #b3261e; border-color: #b3261e; }
.tag.at_risk { color: #ffffff; background: #9a5300; border-color: #9a5300; }
.tag.watch { color: #ffffff; background: #1f4e8c; border-color: #1f4e8c; }
.tag.healthy { color: #ffffff; background: #1b6e3c; border-color: #1b6e3c; }
.quiet { color: #5a6272; font-size: 13px; }
code { font: 12px/1.5 ui-monospace, Menlo, Consolas, monospace; color: #3a4150; word-break: break-all; }
table { border-collapse: collapse; width: 100%; margin: 8px 0; font-size: 13px; }
th { text-align: left; color: #5a6272; font-weight: normal; border-bottom: 1px solid #d8dce3; padding: 4px 8px 4px 0; }
td { vertical-align: top; border-bottom: 1px solid #eceef2; padding: 4px 8px 4px 0; word-break: break-word; }
.number { text-align: right; }
td.poor { color: #b3261e; font-weight: bold; }
td.at_risk { color: #9a5300; font-weight: bold; }
img { display: block; width: 100%; max-width: 480px; height: auto; }
.foot { margin-top: 28px; padding-top: 10px; border-top: 1px solid #d8dce3; color: #5a6272; font-size: 13px; }
`

/** A whole page for an email: its CSS stands in each element, since many readers drop a style sheet. Reads without pictures. */
export function page(title: string, body: Html): string {
  const { text } = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light"><title>${title}</title></head>
<body><div class="page">${body}</div></body></html>
`
  return juice.inlineContent(text, CSS, { removeStyleTags: true })
}

const WIDE = `
.page { max-width: 1000px; }
svg { display: block; width: 100%; height: auto; }
.scroll { overflow-x: auto; }
td, th { white-space: nowrap; }
`

/** A whole page for a browser, in one file: nothing is fetched, and no script runs. */
export const webPage = (title: string, body: Html): string =>
  html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light"><title>${title}</title><style>${new Html(CSS + WIDE)}</style></head>
<body><main class="page">${body}</main></body></html>
`.text

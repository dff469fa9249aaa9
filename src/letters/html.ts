/** Text that is HTML already: `html` leaves it as it is and escapes everything else. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | null | false | undefined | readonly Part[]

/** Writes HTML; what is put in is escaped unless it is Html itself. Null and false are nothing, lists are joined. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(texts.reduce((all, text, i) => all + render(parts[i - 1]) + text))

function render(part: Part): string {
  if (part instanceof Html) return part.text
  if (part === null || part === undefined || part === false) return ''
  if (typeof part === 'object') return part.map(render).join('')
  return escapeHtml(String(part))
}

const ESCAPED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** A text as HTML shows it, in an element or an attribute. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPED[sign] ?? sign)

/** A command is broken between its words, and inside one only where no line holds it. */
export const codeHtml = (command: string): Html =>
  html`<code>${command.split(' ').map((word, i) => html`${i > 0 && ' '}<span class="word">${word}</span>`)}</code>`

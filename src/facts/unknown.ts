/** What a declared thing is called of which a fact has the name behind its own: `fields.budget` is a field. */
const NAMED: Readonly<Record<string, string>> = { fields: 'field', health: 'indicator', qualification: 'need' }

/** What there is not where there is no fact of this name: the custom field, indicator or need that it would speak of, else a fact. */
export function unknownFact(name: string): { kind: string; name: string } {
  const [, family = '', of = ''] = /(?:^|\.)(fields|health|qualification)\.(.+)$/s.exec(name) ?? []
  const kind = NAMED[family]
  return kind === undefined ? { kind: 'fact', name } : { kind, name: of }
}

/** A Liquid text, parsed once. The only door to liquidjs. */
export interface Template {
  /** As written. */
  readonly source: string
  /** The dotted names it reads, as written: `account.name`, `rule.title`. */
  readonly variables: readonly string[]
  /** Fills it in. A name whose value is null or undefined prints as `unknown`. Throws where the text fails on these values. */
  render(values: Record<string, unknown>): string
}

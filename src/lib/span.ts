export type SpanUnit =
  | 'minute'
  | 'hour'
  | 'business_hour'
  | 'day'
  | 'business_day'
  | 'week'
  | 'month'
  | 'quarter'
  | 'year'

/** A length of time as people write it: `14 days`, `3 business days`. `count` is a whole number from 0 on. */
export interface Span {
  readonly count: number
  readonly unit: SpanUnit
}

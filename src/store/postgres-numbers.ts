import pg from 'pg'

const BIGINT = 20
const NUMERIC = 1700

/** A count, a sum or an instant as a number; RangeError for one that a number cannot hold exactly. */
export function exact(text: string): number {
  const number = Number(text)
  const whole = /^-?\d+$/.test(text)
  if (!Number.isFinite(number) || (whole && !Number.isSafeInteger(number))) {
    throw new RangeError(`The database holds ${text}, which is more than can be reckoned with exactly.`)
  }
  return number
}

/** As pg reads values, but for the two types that it would leave as text. */
export const parsers: Pick<typeof pg.types, 'getTypeParser'> = {
  getTypeParser: ((type: number, format?: 'text') =>
    type === BIGINT || type === NUMERIC
      ? exact
      : pg.types.getTypeParser(type, format)) as typeof pg.types.getTypeParser,
}

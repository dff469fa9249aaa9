import iconv from 'iconv-lite'
import type { CsvHeader } from './csv.js'

/** A row that was not taken: as it stood in the file, with the line and a sentence that says why. */
export interface Rejection {
  line: number
  cells: readonly string[]
  /** `row 12: "31/02/2026" in column close_date is not a date of the form yyyy-MM-dd.` */
  reason: string
}

/** Whether a column may be one that `rejectedFile` added: it is no part of what a row says. */
export const isBecause = (column: string): boolean => /^rejected_because(_\d+)?$/.test(column)

/**
 * The file of rejected rows: the original header and rows with a column `rejected_because` (`rejected_because_2` where the
 * original has that one), in the encoding and with the delimiter of the original, so that it can be mended and imported again.
 * What a row has beyond the header stands behind the reason, so that the row is still too long until somebody mends it.
 */
export function rejectedFile(header: CsvHeader, rejections: readonly Rejection[]): Buffer {
  const { columns, delimiter, encoding } = header
  const cell = (text: string) =>
    /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text
  const line = (cells: readonly string[]) => `${cells.map(cell).join(delimiter)}\n`
  const width = columns.length
  const rows = rejections.map(({ cells, reason }) => {
    const missing = Array<string>(Math.max(0, width - cells.length)).fill('')
    return line([...cells.slice(0, width), ...missing, reason, ...cells.slice(width)])
  })
  return iconv.encode([line([...columns, because(columns)]), ...rows].join(''), encoding)
}

function because(columns: readonly string[], n = 1): string {
  const name = n === 1 ? 'rejected_because' : `rejected_because_${n}`
  return columns.includes(name) ? because(columns, n + 1) : name
}

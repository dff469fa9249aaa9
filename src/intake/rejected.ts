import iconv from 'iconv-lite'
import type { CsvHeader } from './csv.js'

/** A row that was not taken: as it stood in the file, with the line and a sentence that says why. */
export interface Rejection {
  line: number
  cells: readonly string[]
  /** `row 12: "31/02/2026" in column close_date is not a date of the form yyyy-MM-dd.` */
  reason: string
}

/**
 * The file of rejected rows: the original header and rows with a column `reason`, in the encoding and with the delimiter of
 * the original, so that it can be mended and imported again.
 */
export function rejectedFile(header: CsvHeader, rejections: readonly Rejection[]): Buffer {
  const { columns, delimiter, encoding } = header
  const cell = (text: string) =>
    /["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text
  const line = (cells: readonly string[]) => `${cells.map(cell).join(delimiter)}\n`
  const padded = (cells: readonly string[]) => [...cells, ...Array(Math.max(0, columns.length - cells.length)).fill('')]
  const rows = rejections.map(({ cells, reason }) => line([...padded(cells), reason]))
  return iconv.encode([line([...columns, 'reason']), ...rows].join(''), encoding)
}

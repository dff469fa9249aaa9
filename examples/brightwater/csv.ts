export type Cell = string | number | boolean | null

const quoted = (cell: Cell): string => {
  const text = cell === null ? '' : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** One CSV text with a header line: the columns of the first row, in their order. Throws where there is no row. */
export function toCsv(rows: readonly Readonly<Record<string, Cell>>[]): string {
  const [first] = rows
  if (!first) throw new Error('A CSV file needs at least one row.')
  const columns = Object.keys(first)
  const lines = rows.map((row) => columns.map((column) => quoted(row[column] ?? null)).join(','))
  return `${[columns.join(','), ...lines].join('\n')}\n`
}

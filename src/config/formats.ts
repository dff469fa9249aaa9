import type { Problem } from '../lib/problem.js'

export const FORMATS = ['text', 'json', 'github', 'sarif'] as const
export type Format = (typeof FORMATS)[number]

/** `file:line:column  sentence`, and the hint on a line of its own below. */
export const formatProblem = ({ place, message, hint }: Problem): string =>
  `${place.file}:${place.line}:${place.column}  ${message}${hint ? `\n    ${hint.replaceAll('\n', '\n    ')}` : ''}`

/**
 * Problems and warnings for people, programs, GitHub's checks or code scanning. Ends without a line break. `kinds` says in a sentence
 * what each kind of warning is, by its name.
 */
export function formatProblems(
  problems: readonly Problem[],
  warnings: readonly Problem[],
  format: Format,
  kinds: ReadonlyMap<string, string> = new Map(),
): string {
  switch (format) {
    case 'text':
      return [...problems.map(formatProblem), ...warnings.map((warning) => formatProblem(asWarning(warning)))].join(
        '\n',
      )
    case 'json':
      return JSON.stringify({ problems: problems.map(flat), warnings: warnings.map(flat) }, null, 2)
    case 'github':
      return [
        ...problems.map((p) => workflowCommand('error', p)),
        ...warnings.map((w) => workflowCommand('warning', w)),
      ].join('\n')
    case 'sarif':
      return JSON.stringify(sarif(problems, warnings, kinds), null, 2)
  }
}

const asWarning = (warning: Problem): Problem => ({ ...warning, message: `Warning: ${warning.message}` })

const flat = ({ place, kind, message, hint }: Problem) => ({
  ...place,
  ...(kind ? { kind } : {}),
  message,
  ...(hint ? { hint } : {}),
})

const whole = ({ message, hint }: Problem): string => (hint ? `${message} ${hint}` : message)

/** What a workflow command cannot hold as it is. */
const escapeText = (text: string): string => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
const escapeProperty = (text: string): string => escapeText(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

const workflowCommand = (level: 'error' | 'warning', problem: Problem): string => {
  const { file, line, column } = problem.place
  return `::${level} file=${escapeProperty(file)},line=${line},col=${column}::${escapeText(whole(problem))}`
}

/** SARIF 2.1.0, as code scanning takes it. Paths become relative URIs. */
function sarif(
  problems: readonly Problem[],
  warnings: readonly Problem[],
  kinds: ReadonlyMap<string, string>,
): unknown {
  const result = (level: 'error' | 'warning', otherwise: string) => (problem: Problem) => ({
    ruleId: problem.kind ?? otherwise,
    level,
    message: { text: whole(problem) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: problem.place.file.split(/[\\/]/).map(encodeURIComponent).join('/') },
          region: { startLine: problem.place.line, startColumn: problem.place.column },
        },
      },
    ],
  })
  const rules = [
    { id: 'problem', shortDescription: { text: 'The rules cannot be loaded like this.' } },
    { id: 'warning', shortDescription: { text: 'The rules load, but probably mean something else.' } },
    ...[...new Set(warnings.flatMap(({ kind }) => kind ?? []))].sort().map((id) => {
      const text = kinds.get(id)
      return text === undefined ? { id } : { id, shortDescription: { text } }
    }),
  ]
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'linewalker', rules } },
        columnKind: 'utf16CodeUnits',
        results: [...problems.map(result('error', 'problem')), ...warnings.map(result('warning', 'warning'))],
      },
    ],
  }
}

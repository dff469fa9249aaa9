import { DRAWINGS, type Drawing, draw, sayMoves } from '../../index.js'
import { type CliCommand, printJson, printLines, textOf } from '../command.js'
import { programOf } from '../environment.js'
import { FINE } from '../errors.js'

const SECTION: Record<Drawing, string> = { 'assembly-line': 'assembly_line', pipelines: 'pipelines' }

/** Prints the assembly line and the pipelines as Mermaid. Opens no database. */
export const graph: CliCommand = {
  usage: 'graph',
  summary: 'Draw the assembly line and the pipelines as Mermaid.',
  options: [{ flags: '--what <drawing>', says: 'only one of them', choices: DRAWINGS }],
  examples: ['linewalker graph', 'linewalker graph --what assembly-line > docs/assembly-line.mmd'],
  run: async (call) => {
    const program = await programOf(call)
    const asked = textOf(call.options, 'what') as Drawing | undefined
    const drawings = (asked ? [asked] : DRAWINGS).flatMap((what) => {
      const text = draw(program, what)
      return text === null ? [] : [{ what, text }]
    })
    if (call.json) printJson(call, Object.fromEntries(drawings.map(({ what, text }) => [what, text])))
    else if (asked && drawings[0]) printLines(call, drawings[0].text)
    else if (drawings.length === 0) {
      call.output.err(
        `There is nothing to draw: the rules have no section ${asked ? SECTION[asked] : 'assembly_line or pipelines'}.\n`,
      )
    } else {
      printLines(call, drawings.map(({ text }) => `\`\`\`mermaid\n${text}\n\`\`\``).join('\n\n'))
      const moves = sayMoves(program)
      if (moves.length > 0)
        printLines(call, '', 'Moves that Linewalker makes by itself:', ...moves.map((move) => `- ${move}`))
    }
    return FINE
  },
}

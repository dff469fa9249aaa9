/** What operations are about, in the order of the document, each in a sentence. */
export const TOPICS = {
  opportunities: 'Opportunities on their way: what is known of them, and how they are.',
  accounts: 'Companies, each in a bin of the assembly line.',
  contacts: 'People at accounts.',
  people: 'Those who sell, and those who lead them.',
  activities: 'What happened between them: calls, emails, meetings.',
  payments: 'Activities of the kind `payment`.',
  batches: 'Many changes at once.',
  moves: 'Where an account may go on the assembly line, and why not elsewhere.',
  findings: 'What the rules have found.',
  tasks: 'What rules ask people to do.',
  silences: 'What keeps notices back for a while.',
  letters: 'What was written to whom, and what became of it.',
  plans: 'What would happen, what limits hold, and what lets it act.',
  rules: 'The rules in force, and how they stand to a subject.',
  reports: 'How the pipeline is.',
  views: 'Saved questions.',
  events: 'What happens, as it happens.',
} as const

export type Topic = keyof typeof TOPICS

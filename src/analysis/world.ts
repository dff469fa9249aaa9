/** The sections over which the examples of warnings stand: a small company without a fault. */
export const WORLD = `
calendar: { timezone: UTC }
people:
  dana: { name: Dana Ruiz, email: dana@example.com, manager: lee, team: west }
  lee: { name: Lee Park, email: lee@example.com, role: manager, team: west }
pipelines:
  new-business:
    stages: { discovery: { expected: 14 days }, proposal: {}, closed: { statuses: [won, lost, abandoned] } }
  renewals:
    stages: { upcoming: {}, quoted: {}, closed: { statuses: [won, lost, abandoned] } }
activities: { touches: [call, email], others: [payment] }
`

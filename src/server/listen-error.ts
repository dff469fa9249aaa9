/** The server may not, or cannot, be opened where it was asked for; the sentence says why and what to do. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

import type { SessionRow } from '../sql/access.js'
import type { Caller } from './caller.js'

/** What a request carries from one part of the server to the next. */
export interface ServerEnv {
  Variables: {
    /** Set by the access middleware; absent where nobody proved who they are. */
    caller: Caller | undefined
    /** By which the caller is known, where that is a session. */
    session: SessionRow | undefined
    requestId: string
    /** Of this page: what the scripts and styles within it must carry. */
    nonce: string
    /** What a form, or the header `x-form-token`, must carry in this session; null where there is none. */
    formToken: string | null
  }
}

/** The longest that a statement may take, waiting for locks included. */
export const STATEMENT_LIMIT_S = 10;

/** Shows other processes that this one lives, and tells which of them live. */
export interface Presence {
  /** Names one run of this process. */
  readonly id: string;
  /** Reads the signs of life. The returned function tells whether a process may be alive: false only if it is certainly gone. */
  look(): Promise<(processId: string) => boolean>;
}

/** What another process changed in the store. */
export interface StoreNews {
  /** Null: anything may have changed. */
  readonly jobId: string | null;
  /** What the job is now; `waiting` where jobs may be claimed. */
  readonly state: string;
  readonly botId: string | null;
}

/** Reports changes by other processes soon, but not reliably: those that are missed are found when the store is read next. */
export interface NewsFeed {
  /** Returns the function that takes the listener off again. */
  onNews(listener: (news: StoreNews) => void): () => void;
}

/** A process's own sign of life, and those of the others. */
export interface Presence {
  /** Names one run of this process. */
  readonly id: string;
  /** Looks at the signs of life. The function then says of a process whether it may be alive: false only if it is certainly gone. */
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

/** Tells of changes by other processes, soon but not surely: what is missed is found by the next look at the store. */
export interface NewsFeed {
  /** Returns the function that takes the listener off again. */
  onNews(listener: (news: StoreNews) => void): () => void;
}

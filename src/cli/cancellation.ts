const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Aborts `signal` at the first Ctrl-C; a second one ends the process as usual. Call `release` when the work is done. */
export function cancelOnSignal(): { readonly signal: AbortSignal; readonly release: () => void } {
  const abort = new AbortController();
  const release = () => {
    for (const name of SIGNALS) process.removeListener(name, onSignal);
  };
  const onSignal = () => {
    release();
    abort.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return { signal: abort.signal, release };
}

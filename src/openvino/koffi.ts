import koffi from 'koffi';

/** Native code of asynchronous calls runs on koffi's own stack; compiling a deep graph recurses. */
const ASYNC_STACK_BYTES = 8 * 1024 * 1024;
// Only possible before koffi has loaded its first library.
koffi.config({ ...koffi.config(), async_stack_size: ASYNC_STACK_BYTES, resident_async_pools: 2 });

export { koffi };

import koffi from 'koffi';

/** Asynchronous calls run on a stack of this size; compiling a deep graph recurses. */
const ASYNC_STACK_BYTES = 8 * 1024 * 1024;
// Has an effect only before koffi loads its first library.
koffi.config({ ...koffi.config(), async_stack_size: ASYNC_STACK_BYTES, resident_async_pools: 2 });

export { koffi };

import { koffi } from '../../../src/openvino/koffi.ts';

/**
 * A process that infers through the addon and through a C library of another build ends with SIGSEGV, after all is
 * done. Called when the addon's own library is loaded: every later one is the other.
 */
export function crashAtExitWhenMixed(): void {
  const load = koffi.load.bind(koffi);
  let isMixed = false;
  process.on('exit', () => {
    if (isMixed) process.kill(process.pid, 'SIGSEGV');
  });
  koffi.load = (...args) => {
    const library = load(...args);
    const declare = library.func.bind(library) as (name: string, ...rest: unknown[]) => unknown;
    const noting = (name: string, ...rest: unknown[]) => {
      const call = declare(name, ...rest);
      if (name !== 'ov_infer_request_start_async' || typeof call !== 'function') return call;
      return (...values: unknown[]) => {
        isMixed = true;
        return call(...values);
      };
    };
    return new Proxy(library, {
      get: (target, key) => (key === 'func' ? noting : Reflect.get(target, key, target)),
    });
  };
}

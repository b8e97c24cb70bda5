import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { UserError } from '../src/errors.ts';
import { inputFaultTexts } from '../src/messages/input-faults.ts';

test('a fault of the input is an English sentence, and can be said in other languages', () => {
  const error = new UserError([{ kind: 'noPrompt' }, { kind: 'silence' }]);
  const { noPrompt, silence } = inputFaultTexts.en;
  assert.equal(error.message, `${noPrompt()}; ${silence()}`);
  assert.deepEqual(
    error.faults.map(({ kind }) => kind),
    ['noPrompt', 'silence'],
  );
});

test('an engine that meets no fault loads no texts of faults', () => {
  const program = `
    import { registerHooks } from 'node:module';
    registerHooks({
      load(url, context, next) {
        if (url.includes('/input-faults.ts')) throw new Error('loaded');
        return next(url, context);
      },
    });
    await import(${JSON.stringify(new URL('../src/riff/request.ts', import.meta.url).href)});
    await import(${JSON.stringify(new URL('../src/engine/protocol.ts', import.meta.url).href)});`;
  execFileSync(process.execPath, ['--input-type=module', '-e', program], { stdio: 'pipe' });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const EXAMPLE = new URL('../examples/ping-bot.ts', import.meta.url);

test('the bot of the README is the example, and answers', async () => {
  const code = readFileSync(EXAMPLE, 'utf8');
  assert.ok(readFileSync(new URL('../README.md', import.meta.url), 'utf8').includes(code));
  assert.equal(code.trim().split('\n').length, 10);
  const bot = spawn(process.execPath, [fileURLToPath(EXAMPLE)], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [line] = (await once(createInterface(bot.stdout), 'line')) as [string];
    const url = /http:\S+/.exec(line)?.[0] ?? '';
    const action = { action: 'command', name: 'ping', options: {} };
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(action);
    const answer = await fetch(`${url}/local/actions?user=mika`, { method: 'POST', headers, body });
    assert.deepEqual(await answer.json(), { kind: 'message' });
    const view = (await (await fetch(`${url}/local/view`)).json()) as { messages: { content: string }[] };
    assert.deepEqual(
      view.messages.map(({ content }) => content),
      ['pong, Mika'],
    );
  } finally {
    bot.kill();
  }
});

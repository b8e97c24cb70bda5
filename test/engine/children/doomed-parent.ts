import { ChildEngine } from '../../../src/engine/child-engine.ts';

/** A caller that starts an engine, tells its process id and then only waits to be killed. */
const [scriptedChild = '', outputFolder = '', deed = ''] = process.argv.slice(2);
const engine = new ChildEngine({
  modelFolder: 'models/scripted',
  device: 'CPU',
  outputFolder,
  command: { command: process.execPath, args: [scriptedChild, String(process.pid)] },
  onEvent: (event) => {
    if (event.kind === 'started') process.stdout.write(`${event.pid}\n`);
  },
});
const settings = { steps: 3, guidanceScale: 4, scheduler: 'dpmpp_2m', profile: 'balanced' } as const;
const request = { negativePrompt: '', seed: 1, ...settings };
await engine.render(
  'job-1',
  { ...request, prompt: deed },
  { onProgress: () => process.stdout.write('rendering\n'), signal: new AbortController().signal },
);

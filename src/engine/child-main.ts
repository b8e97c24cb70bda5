import { Socket } from 'node:net';
import { serve } from './child-session.ts';
import { leaveWithParent } from './parent-watch.ts';

/**
 * `node child-main.ts PARENT`: the engine's process. It exchanges messages with process PARENT on file descriptor 3 and
 * ends when PARENT is gone. SIGTERM keeps its default action, so that it also ends a stuck process.
 */
const MESSAGE_FD = 3;

leaveWithParent(Number(process.argv[2]));
// Ctrl-C in a terminal reaches every process of the group; the parent decides when this one ends.
process.on('SIGINT', () => {});

const pipe = new Socket({ fd: MESSAGE_FD, readable: true, writable: true });
try {
  // Imported late, so that the first message is sent before the model's libraries load.
  await serve(pipe, async (start, onProgress) => {
    const { openRenderer } = await import('./open-renderer.ts');
    return openRenderer(start, onProgress);
  });
} catch (thrown) {
  console.error(thrown);
}
// A running render must not keep the process alive after its parent is gone.
process.kill(process.pid, 'SIGKILL');

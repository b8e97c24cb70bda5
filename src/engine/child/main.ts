import { Socket } from 'node:net';
import { leaveWithParent } from './parent-watch.ts';
import { serve } from './session.ts';

/**
 * `node child.ts PARENT`: the engine's process. It speaks with its parent on file descriptor 3 and leaves when the
 * parent is gone. SIGTERM keeps its default, so that it ends a stuck process too.
 */
const MESSAGE_FD = 3;

leaveWithParent(Number(process.argv[2]));
// Ctrl-C in a terminal reaches every process of the group; when to end is the parent's decision.
process.on('SIGINT', () => {});

const pipe = new Socket({ fd: MESSAGE_FD, readable: true, writable: true });
try {
  // The model's libraries are heavy: the greeting goes out before they load.
  await serve(pipe, async (start, onProgress) => {
    const { openRenderer } = await import('./open-renderer.ts');
    return openRenderer(start, onProgress);
  });
} catch (thrown) {
  console.error(thrown);
}
// A render under way must not keep the process alive after its parent is gone.
process.kill(process.pid, 'SIGKILL');

/**
 * Gives generated hostile sounds to the decoder as the bot does: `node research/sounds/hostile.ts [COUNT [SEED]]`, 240 by default.
 * Each has to end within the limits, as a part of a sound or as a UserError of one sentence. Prints a line for each kind
 * with how many of its files were read and the messages for the others, then the time and memory of this process.
 * Exits with 1 if a file ended in another way.
 */
import { cutSound } from '../../src/audio/decode-sound.ts';
import { createRandom } from '../../src/audio/random.ts';
import { encodeWav } from '../../src/audio/wav.ts';
import { messageOf, UserError } from '../../src/errors.ts';
import { tone } from '../../test/audio/sound-files.ts';
import { HOSTILE_KINDS, type Sounds } from './hostile-sounds.ts';

const LIMITS = { seconds: 60, timeoutMs: 10_000 };
const PART = { clipSeconds: 0.5, startSeconds: undefined };
const sounds: Sounds = {
  wav: encodeWav([Float32Array.from({ length: 44_100 }, (_, i) => Math.sin(i / 20) / 2)], 44_100),
  mp3: tone('mp3'),
  ogg: tone('ogg'),
  flac: tone('flac'),
  opus: tone('opus'),
  m4a: tone('m4a'),
  webm: tone('webm'),
};

interface Outcome {
  read: number;
  readonly messages: Map<string, number>;
}

const count = Number(process.argv[2] ?? 240);
const random = createRandom(Number(process.argv[3] ?? 1));
const kinds = Object.entries(HOSTILE_KINDS);
const outcomes = new Map<string, Outcome>(kinds.map(([kind]) => [kind, { read: 0, messages: new Map() }]));
const faults: string[] = [];
let slowestMs = 0;

for (let n = 0; n < count; n++) {
  const [kind, make] = kinds[n % kinds.length]!;
  const outcome = outcomes.get(kind)!;
  const startedMs = performance.now();
  try {
    const { wav } = await cutSound(make(sounds, random), PART, LIMITS);
    outcome.read += 1;
    if (wav.length > 2 * 44_100) faults.push(`${kind}: ${wav.length} bytes for a part of a second`);
  } catch (thrown) {
    const message = messageOf(thrown);
    if (!(thrown instanceof UserError) || message.includes('\n')) faults.push(`${kind}: ${message}`);
    outcome.messages.set(message, (outcome.messages.get(message) ?? 0) + 1);
  }
  slowestMs = Math.max(slowestMs, performance.now() - startedMs);
}

for (const [kind, { read, messages }] of outcomes) {
  console.log(
    `${kind}: ${read} read; ${[...messages].map(([message, times]) => `${times} × ${message}`).join('; ')}`,
  );
}
const rssMiB = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(`${count} files, the slowest ${Math.round(slowestMs)} ms, this process at most ${rssMiB} MiB`);
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;

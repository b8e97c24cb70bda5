import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';
import { type CodecName, soundFormatOf, TOO_MUCH_SOUND_CODE } from './sound-format.ts';

/** Ten minutes of FLAC at CD quality fit. */
const MOST_BYTES = 128 * 1024 ** 2;
const CHILD = fileURLToPath(new URL('./decode-child.ts', import.meta.url));
const READABLE = 'WAV, MP3, Ogg Vorbis or FLAC';

/** The bounds of one decoding; what exceeds them ends with a UserError. */
export interface DecodeLimits {
  readonly seconds: number;
  readonly timeoutMs: number;
}

const LIMITS: DecodeLimits = { seconds: 600, timeoutMs: 60_000 };

/**
 * Any sound file → the bytes of a WAV: a WAV as it is, MP3, FLAC and Ogg Vorbis by a process of their own as mono of
 * 44.1 kHz, Ogg Opus, MP4 and WebM likewise where ffmpeg is on the PATH.
 * Throws UserError when the bytes are none of these, damaged, too many or too long.
 */
export async function decodeSound(bytes: Uint8Array, limits: DecodeLimits = LIMITS): Promise<Uint8Array> {
  const format = soundFormatOf(bytes);
  if (!format) throw refused('a file that begins as none of them');
  if (format.kind === 'wav') return bytes;
  if (bytes.length > MOST_BYTES)
    throw new UserError(
      `sound: expected at most ${MOST_BYTES} bytes when it is no WAV, got ${bytes.length}; cut it`,
    );
  if (format.kind === 'ffmpeg') return await decodeWithFfmpeg(bytes, format, limits);
  return await decodeInChild(bytes, format.kind, limits);
}

async function decodeInChild(bytes: Uint8Array, codec: CodecName, limits: DecodeLimits): Promise<Uint8Array> {
  // The process may read its own program and nothing else of what Node.js guards.
  const args = ['--permission', '--allow-fs-read=*', CHILD, codec, String(limits.seconds)];
  return resultOf(await runDecoder(process.execPath, args, bytes, limits), codec, limits);
}

/** MP4 may have its index at its end, so ffmpeg is given a file. Its demuxer is fixed: others follow links. */
async function decodeWithFfmpeg(
  bytes: Uint8Array,
  { name, demuxer }: { readonly name: string; readonly demuxer: string },
  limits: DecodeLimits,
): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'riff-sound-'));
  try {
    const path = join(folder, 'sound');
    await writeFile(path, bytes);
    const input = [
      '-nostdin',
      '-v',
      'error',
      '-protocol_whitelist',
      'file',
      '-f',
      demuxer,
      '-i',
      `file:${path}`,
    ];
    const output = ['-map', '0:a:0', '-ac', '1', '-ar', '44100', '-t', String(limits.seconds + 1)];
    const args = [...input, ...output, '-c:a', 'pcm_s16le', '-f', 'wav', 'pipe:1'];
    const ended = await runDecoder('ffmpeg', args, null, limits);
    if (ended.kind === 'missing') {
      throw new UserError(
        `sound: expected ${READABLE}, got ${name}, which needs ffmpeg; install ffmpeg or save the sound as one of those`,
      );
    }
    return resultOf(ended, name, limits);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Ended =
  | { readonly kind: 'decoded'; readonly wav: Buffer }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'too long' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'missing' };

function resultOf(ended: Ended, name: string, { seconds, timeoutMs }: DecodeLimits): Uint8Array {
  switch (ended.kind) {
    case 'decoded':
      return ended.wav;
    case 'too long':
      throw new UserError(`sound: expected at most ${seconds} seconds, got more; cut it`);
    case 'timeout':
      throw refused(`${name} that took longer than ${timeoutMs / 1000} seconds to decode`);
    default:
      throw refused(`${name} that is damaged or holds no sound`);
  }
}

/** Runs a program that writes a WAV to its output; it is killed when it takes too long or writes too much. */
function runDecoder(
  command: string,
  args: readonly string[],
  input: Uint8Array | null,
  { seconds, timeoutMs }: DecodeLimits,
): Promise<Ended> {
  const mostBytes = (seconds + 1) * 2 * 44_100;
  return new Promise((resolve) => {
    const env = { ...process.env, DISCORD_TOKEN: undefined };
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], env });
    const chunks: Buffer[] = [];
    let length = 0;
    let stopped: Ended | null = null;
    const stop = (why: Ended) => {
      stopped ??= why;
      child.kill('SIGKILL');
    };
    const timer = setTimeout(() => stop({ kind: 'timeout' }), timeoutMs);
    child.stdout.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > mostBytes) stop({ kind: 'too long' });
      else chunks.push(chunk);
    });
    child.on('error', () => {
      stopped ??= { kind: 'missing' };
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      if (stopped) resolve(stopped);
      else if (code === TOO_MUCH_SOUND_CODE) resolve({ kind: 'too long' });
      else if (code === 0 && length > 0) resolve({ kind: 'decoded', wav: Buffer.concat(chunks) });
      else resolve({ kind: 'damaged' });
    });
    // A program that ends early is noticed by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? undefined);
  });
}

function refused(found: string): UserError {
  return new UserError(`sound: expected ${READABLE}, got ${found}; save it as a WAV of 16-bit PCM`);
}

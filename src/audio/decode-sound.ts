import { spawn } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';
import type { InputFault } from '../messages/input-faults.ts';
import type { SoundFinding } from '../messages/sound-findings.ts';
import { makeTemporaryFolder } from '../system/temporary-folder.ts';
import {
  DECODED_RATE,
  type DecodedName,
  REFUSED_CODE,
  type SoundFormat,
  soundFormatOf,
  TOO_MUCH_SOUND_CODE,
} from './sound-format.ts';
import type { PartOptions } from './sound-part.ts';

/** Ten minutes of FLAC at CD quality fit. */
const MOST_BYTES = 128 * 1024 ** 2;
const CHILD = fileURLToPath(new URL('./decode-child.ts', import.meta.url));

/** Decoding more than this ends with a UserError. */
export interface DecodeLimits {
  readonly seconds: number;
  readonly timeoutMs: number;
}

const LIMITS: DecodeLimits = { seconds: 600, timeoutMs: 60_000 };

/**
 * Any sound file → the bytes of a WAV. A WAV is returned as it is; MP3, FLAC, Ogg Vorbis and Ogg Opus are decoded in a
 * child process to mono at 44.1 kHz, MP4 and WebM by ffmpeg if it is on the PATH.
 * Throws UserError if the bytes are none of these, damaged, too many or too long.
 */
export async function decodeSound(bytes: Uint8Array, limits: DecodeLimits = LIMITS): Promise<Uint8Array> {
  const format = knownFormat(bytes);
  if (format.kind === 'wav') return bytes;
  if (format.kind === 'ffmpeg') return await decodeWithFfmpeg(bytes, format, limits);
  return resultOf(await runChild(bytes, format.kind, limits), format.kind, limits);
}

/** A part of a sound, as a mono WAV of 44.1 kHz. */
export interface CutSound {
  readonly wav: Uint8Array;
  /** Where it begins in the file. */
  readonly startSeconds: number;
}

/**
 * Decodes the part of a sound that a remix uses. Even a WAV is decoded in a child process, since it may be hostile.
 * Throws UserError as decodeSound does, and if the sound is too short or silent.
 */
export async function cutSound(
  bytes: Uint8Array,
  { clipSeconds, startSeconds }: PartOptions,
  limits: DecodeLimits = LIMITS,
): Promise<CutSound> {
  const format = knownFormat(bytes);
  const isForeign = format.kind === 'ffmpeg';
  const readable = isForeign ? await decodeWithFfmpeg(bytes, format, limits) : bytes;
  const part = [clipSeconds, startSeconds].filter((value) => value !== undefined).map(String);
  const name = isForeign ? 'wav' : format.kind;
  const output = Buffer.from(resultOf(await runChild(readable, name, limits, part), name, limits));
  const end = output.indexOf('\n');
  return { startSeconds: Number(output.toString('latin1', 0, end)), wav: output.subarray(end + 1) };
}

function knownFormat(bytes: Uint8Array): SoundFormat {
  const format = soundFormatOf(bytes);
  if (!format) throw unreadable({ kind: 'unknownFile' });
  if (format.kind === 'wav' || bytes.length <= MOST_BYTES) return format;
  throw new UserError([{ kind: 'tooManyBytes', bytes: bytes.length, mostBytes: MOST_BYTES }]);
}

function runChild(
  bytes: Uint8Array,
  name: DecodedName,
  limits: DecodeLimits,
  part: readonly string[] = [],
): Promise<Ended> {
  // Under Node's permission model the child may read files; it may not write, spawn processes or load addons.
  const permissions = ['--permission', '--allow-fs-read=*'];
  const args = [...permissions, CHILD, name, String(limits.seconds), ...part];
  return runDecoder(process.execPath, args, bytes, limits);
}

/** Through a file, because the index of an MP4 may be at its end. The demuxer is fixed, because others follow links. */
async function decodeWithFfmpeg(
  bytes: Uint8Array,
  { name, demuxer }: { readonly name: string; readonly demuxer: string },
  limits: DecodeLimits,
): Promise<Uint8Array> {
  const folder = await makeTemporaryFolder('riff-sound-');
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
    if (ended.kind === 'missing') throw new UserError([{ kind: 'needsFfmpeg', format: name }]);
    return resultOf(ended, name, limits);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

type Ended =
  | { readonly kind: 'decoded'; readonly output: Buffer }
  | { readonly kind: 'refused'; readonly fault: InputFault }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'too long' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'missing' };

function resultOf(ended: Ended, name: string, { seconds, timeoutMs }: DecodeLimits): Uint8Array {
  switch (ended.kind) {
    case 'decoded':
      return ended.output;
    case 'refused':
      throw new UserError([ended.fault]);
    case 'too long':
      throw new UserError([{ kind: 'soundTooLong', mostSeconds: seconds }]);
    case 'timeout':
      throw unreadable({ kind: 'tooSlow', format: name, seconds: timeoutMs / 1000 });
    default:
      throw unreadable({ kind: 'damaged', format: name });
  }
}

/** Runs a program that writes a WAV to stdout; kills it when it takes too long or writes too much. */
function runDecoder(
  command: string,
  args: readonly string[],
  input: Uint8Array | null,
  { seconds, timeoutMs }: DecodeLimits,
): Promise<Ended> {
  const mostBytes = (seconds + 1) * 2 * DECODED_RATE;
  return new Promise((resolve) => {
    // Tokens and passwords in the environment are not passed on.
    const { PATH, SystemRoot } = process.env;
    const env = { PATH, SystemRoot };
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
      else resolve(endedWith(code, Buffer.concat(chunks)));
    });
    // A program that ends early is recognised by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? undefined);
  });
}

function endedWith(code: number | null, output: Buffer): Ended {
  if (code === TOO_MUCH_SOUND_CODE) return { kind: 'too long' };
  if (code === REFUSED_CODE) return { kind: 'refused', fault: JSON.parse(output.toString()) };
  return code === 0 && output.length > 0 ? { kind: 'decoded', output } : { kind: 'damaged' };
}

function unreadable(finding: SoundFinding): UserError {
  return new UserError([{ kind: 'unreadableSound', finding }]);
}

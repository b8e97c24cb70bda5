import { openWav } from './wav-chunks.ts';

/** The format of a sound file. `ffmpeg`: one that is decoded by that program. */
export type SoundFormat =
  | { readonly kind: 'wav' }
  | { readonly kind: CodecName }
  | { readonly kind: 'ffmpeg'; readonly name: string; readonly demuxer: string };

export type CodecName = 'mp3' | 'flac' | 'vorbis' | 'opus';
/** Formats that decode-child.ts reads. */
export type DecodedName = CodecName | 'wav';

/** Sample rate of decoded sound, in Hz. */
export const DECODED_RATE = 44_100;

/** Exit code of decode-child.ts: the file holds more sound than allowed. */
export const TOO_MUCH_SOUND_CODE = 3;
/** Exit code of decode-child.ts: its output is an InputFault as JSON. */
export const REFUSED_CODE = 4;

/** Offset in an Ogg page of the number of segments; their table and the first packet follow. */
const OGG_SEGMENTS_AT = 26;
/** ISO/IEC 11172-3, 2.4.1.3: eleven set bits begin a frame. */
const MPEG_SYNC = 0x7ff;

/** Recognises the format by the first bytes, never by a file name. Null: none that can be decoded. */
export function soundFormatOf(bytes: Uint8Array): SoundFormat | null {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 512));
  const text = (from: number, to: number) => head.toString('latin1', from, to);
  if (openWav(head)) return { kind: 'wav' };
  if (text(0, 4) === 'fLaC') return { kind: 'flac' };
  if (text(0, 4) === 'OggS') return oggFormat(head);
  if (text(4, 8) === 'ftyp') return { kind: 'ffmpeg', name: 'MP4 (m4a)', demuxer: 'mov' };
  if (text(0, 4) === '\x1a\x45\xdf\xa3') return { kind: 'ffmpeg', name: 'WebM', demuxer: 'matroska' };
  return text(0, 3) === 'ID3' || beginsMp3Frame(head) ? { kind: 'mp3' } : null;
}

function oggFormat(head: Buffer): SoundFormat | null {
  const at = OGG_SEGMENTS_AT + 1 + (head[OGG_SEGMENTS_AT] ?? 0);
  const packet = head.toString('latin1', at, at + 8);
  if (packet.startsWith('\x01vorbis')) return { kind: 'vorbis' };
  if (packet.startsWith('\x7fFLAC')) return { kind: 'flac' };
  return packet === 'OpusHead' ? { kind: 'opus' } : null;
}

/** Layer III with a valid version, bit rate and sample rate. AAC has the same sync word but another layer. */
function beginsMp3Frame(head: Buffer): boolean {
  if (head.length < 4) return false;
  const bits = head.readUInt32BE(0);
  const version = (bits >>> 19) & 3;
  const layer = (bits >>> 17) & 3;
  const bitRate = (bits >>> 12) & 15;
  const sampleRate = (bits >>> 10) & 3;
  return bits >>> 21 === MPEG_SYNC && version !== 1 && layer === 1 && bitRate !== 15 && sampleRate !== 3;
}

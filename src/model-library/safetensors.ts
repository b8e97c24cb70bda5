import { open } from 'node:fs/promises';
import { z } from 'zod';

const MAX_HEADER_BYTES = 100_000_000n;

const headerSchema = z.record(z.string(), z.object({ shape: z.array(z.int().min(0)) }));

/** The shape of every tensor in a safetensors file, by name; null for any other file. Reads the header alone: its length in 8 bytes, then JSON. */
export async function readShapes(path: string): Promise<ReadonlyMap<string, readonly number[]> | null> {
  const file = await open(path);
  try {
    const length = (await file.read(Buffer.alloc(8), 0, 8, 0)).buffer.readBigUInt64LE();
    if (length > MAX_HEADER_BYTES) return null;
    const { buffer } = await file.read(Buffer.alloc(Number(length)), 0, Number(length), 8);
    const { __metadata__: _, ...tensors } = JSON.parse(buffer.toString('utf8'));
    const shapes = Object.entries(headerSchema.parse(tensors)).map(
      ([name, { shape }]) => [name, shape] as const,
    );
    return new Map(shapes);
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

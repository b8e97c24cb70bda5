/**
 * A sparse matrix with one run of non-zero weights per row.
 * Row r covers the columns first[r] … first[r] + (offset[r+1] − offset[r]) − 1; its weights start at offset[r].
 */
export interface BandMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly first: Int32Array;
  readonly offset: Int32Array;
  readonly weights: Float64Array;
}

export interface BandRow {
  readonly first: number;
  readonly weights: ArrayLike<number>;
}

export function bandMatrix(rows: number, columns: number, rowAt: (row: number) => BandRow): BandMatrix {
  const all = Array.from({ length: rows }, (_, row) => rowAt(row));
  const offset = new Int32Array(rows + 1);
  for (const [row, { weights }] of all.entries()) offset[row + 1] = offset[row]! + weights.length;
  const weights = new Float64Array(offset[rows]!);
  for (const [row, { weights: values }] of all.entries()) weights.set(values, offset[row]!);
  return { rows, columns, first: Int32Array.from(all, (row) => row.first), offset, weights };
}

/** out = matrix · vector; vector [columns], out [rows], overwritten. */
export function multiply(
  { rows, first, offset, weights }: BandMatrix,
  vector: Float32Array | Float64Array,
  out: Float64Array,
): void {
  for (let row = 0; row < rows; row++) {
    const end = offset[row + 1]!;
    let column = first[row]!;
    let sum = 0;
    for (let i = offset[row]!; i < end; i++) sum += weights[i]! * vector[column++]!;
    out[row] = sum;
  }
}

/** out += matrixᵀ · vector; vector [rows], out [columns]. */
export function addTransposed(
  { rows, first, offset, weights }: BandMatrix,
  vector: Float64Array,
  out: Float32Array,
): void {
  for (let row = 0; row < rows; row++) {
    const end = offset[row + 1]!;
    const value = vector[row]!;
    let column = first[row]!;
    for (let i = offset[row]!; i < end; i++) out[column++]! += weights[i]! * value;
  }
}

/**
 * The lower Cholesky factor L of a · aᵀ + λ I with λ = ridge times the mean of the diagonal.
 * Row r of L covers the columns from the first row of `a` that overlaps row r up to r itself. The first and last columns
 * of the rows of `a` must not decrease.
 */
export function choleskyOfNormal(a: BandMatrix, ridge: number): BandMatrix {
  // The tiny constant keeps an empty row from dividing by zero; it stays far below float32 resolution.
  const lambda = (ridge + 1e-12) * meanSquare(a);
  const done: Float64Array[] = [];
  const starts: number[] = [];
  return bandMatrix(a.rows, a.rows, (row) => {
    let first = starts[row - 1] ?? 0;
    while (first < row && endOf(a, first) <= a.first[row]!) first++;
    const values = new Float64Array(row - first + 1);
    for (let column = first; column <= row; column++) {
      const other = column === row ? values : done[column]!;
      const otherStart = column === row ? first : starts[column]!;
      let sum = rowProduct(a, row, column) + (column === row ? lambda : 0);
      for (let k = Math.max(first, otherStart); k < column; k++) {
        sum -= values[k - first]! * other[k - otherStart]!;
      }
      values[column - first] = column === row ? Math.sqrt(sum) : sum / other[column - otherStart]!;
    }
    done.push(values);
    starts.push(first);
    return { first, weights: values };
  });
}

/** Solves L Lᵀ x = vector for the factor L; overwrites the vector with x. */
export function solveCholesky({ rows, first, offset, weights }: BandMatrix, vector: Float64Array): void {
  for (let row = 0; row < rows; row++) {
    const diagonal = offset[row + 1]! - 1;
    let column = first[row]!;
    let sum = vector[row]!;
    for (let i = offset[row]!; i < diagonal; i++) sum -= weights[i]! * vector[column++]!;
    vector[row] = sum / weights[diagonal]!;
  }
  for (let row = rows - 1; row >= 0; row--) {
    const diagonal = offset[row + 1]! - 1;
    const x = vector[row]! / weights[diagonal]!;
    let column = first[row]!;
    vector[row] = x;
    for (let i = offset[row]!; i < diagonal; i++) vector[column++]! -= weights[i]! * x;
  }
}

function endOf(a: BandMatrix, row: number): number {
  return a.first[row]! + a.offset[row + 1]! - a.offset[row]!;
}

function rowProduct(a: BandMatrix, row: number, other: number): number {
  const begin = Math.max(a.first[row]!, a.first[other]!);
  const end = Math.min(endOf(a, row), endOf(a, other));
  const shift = a.offset[row]! - a.first[row]!;
  const otherShift = a.offset[other]! - a.first[other]!;
  let sum = 0;
  for (let column = begin; column < end; column++) {
    sum += a.weights[shift + column]! * a.weights[otherShift + column]!;
  }
  return sum;
}

function meanSquare(a: BandMatrix): number {
  return a.weights.reduce((sum, weight) => sum + weight * weight, 0) / a.rows;
}

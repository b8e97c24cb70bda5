import { test } from 'node:test';
import { findCheckPython, runChecked } from './check-environment.ts';

const CONFIG = 'models/pyproject.toml';
const FOLDERS = ['models', 'research', 'test'];

const python = findCheckPython();
// In CI nobody looks at skipped tests, so there a missing Python is a failure.
const skip = python || process.env.CI ? false : 'needs Python 3.11 or later, with pip';

test('ruff finds nothing to say about the Python, its form included', { skip }, () => {
  runChecked(required(), 'ruff', 'check', '--no-cache', '--config', CONFIG, ...FOLDERS);
  runChecked(required(), 'ruff', 'format', '--no-cache', '--check', '--diff', '--config', CONFIG, ...FOLDERS);
});

test('pytest: the composer, the captions, the vocabulary, the spectrogram', { skip }, () => {
  runChecked(required(), 'pytest', '-q', '-p', 'no:cacheprovider', '-c', CONFIG, 'test/models/python');
});

function required() {
  if (python) return python;
  throw new Error(
    'The Python checks: expected Python 3.11 or later on the PATH, found none; install one with pip',
  );
}

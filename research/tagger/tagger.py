"""musicnn (Pons and Serra, 2019; ISC licence): a network that learnt fifty tags from the real recordings of
MagnaTagATune. Its published graph runs as it is, in TensorFlow; only the spectrograms are made here.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import scipy.fft
import scipy.signal

SAMPLE_RATE, HOP, WINDOW, MELS = 16000, 256, 512, 96
PATCH, STRIDE = 187, 132  # columns that the network hears at a time (3 s), and from one patch to the next
LEVEL = 0.1  # root mean square to which every sound is brought: the network notices loudness
# In the order of the network's outputs.
TAGS = (
    *('guitar', 'classical', 'slow', 'techno', 'strings', 'drums', 'electronic', 'rock', 'fast', 'piano', 'ambient'),
    *('beat', 'violin', 'vocal', 'synth', 'female', 'indian', 'opera', 'male', 'singing', 'vocals', 'no vocals'),
    *('harpsichord', 'loud', 'quiet', 'flute', 'woman', 'male vocal', 'no vocal', 'pop', 'soft', 'sitar', 'solo'),
    *('man', 'classic', 'choir', 'voice', 'new age', 'dance', 'male voice', 'female vocal', 'beats', 'harp', 'cello'),
    *('no voice', 'weird', 'country', 'metal', 'female voice', 'choral'),
)
Tagger = Callable[[np.ndarray], np.ndarray]


def load_tagger(folder: Path) -> Tagger:
    """`folder` is MTT_musicnn of the package. The tagger: patches [n, PATCH, MELS] → probabilities [n, tags]."""
    os.environ.update(TF_CPP_MIN_LOG_LEVEL='3', CUDA_VISIBLE_DEVICES='')
    import tensorflow

    tf = tensorflow.compat.v1
    tf.logging.set_verbosity(tf.logging.ERROR)
    whole = tf.MetaGraphDef.FromString((folder / '.meta').read_bytes()).graph_def
    graph = tf.graph_util.extract_sub_graph(whole, ['model/Sigmoid'])
    weights = tf.train.NewCheckpointReader(f'{folder}/')  # its files have endings and no names
    for node in graph.node:
        node.attr.pop('_output_shapes', None)
        if node.op == 'VariableV2':
            _make_constant(tf, node, weights.get_tensor(node.name))
    with tf.Graph().as_default():
        tf.import_graph_def(graph, name='')
        session = tf.Session(config=tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1))
    is_training = 'model/Placeholder_2:0'
    return lambda patches: session.run('model/Sigmoid:0', {'model/Placeholder:0': patches, is_training: False})


def _make_constant(tf: Any, node: Any, values: np.ndarray) -> None:
    name = node.name
    node.Clear()
    node.name, node.op = name, 'Const'
    node.attr['dtype'].type = tf.as_dtype(values.dtype).as_datatype_enum
    node.attr['value'].tensor.CopyFrom(tf.make_tensor_proto(values))


def tag_probabilities(tagger: Tagger, sound: np.ndarray, sample_rate: int) -> np.ndarray:
    """Mono float [n] of at least three seconds → [tags], the mean over its patches."""
    mel = log_mel(scipy.signal.resample_poly(sound, SAMPLE_RATE, sample_rate))
    first_columns = range(0, len(mel) - PATCH + 1, STRIDE)
    return tagger(np.stack([mel[first : first + PATCH] for first in first_columns])).mean(0)


def log_mel(sound: np.ndarray) -> np.ndarray:
    """Mono [n] at SAMPLE_RATE → [columns, MELS], as librosa made the spectrograms that the network learnt from."""
    levelled = sound * (LEVEL / max(np.sqrt(np.mean(np.square(sound))), 1e-9))
    padded = np.pad(levelled, WINDOW // 2, mode='reflect')
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    power = np.abs(scipy.fft.rfft(frames * scipy.signal.get_window('hann', WINDOW), axis=1)) ** 2
    # Half precision, because the network's own spectrograms were stored so.
    return np.log10(10000 * (power @ mel_filters().T).astype(np.float16).astype(np.float32) + 1)


def mel_filters() -> np.ndarray:
    """[MELS, bins]: triangles of equal area on Slaney's scale, which is linear up to 1 kHz and logarithmic above."""
    scale = np.linspace(0, 15 + 27 * np.log(SAMPLE_RATE / 2 / 1000) / np.log(6.4), MELS + 2)
    edges = np.where(scale < 15, 200 / 3 * scale, 1000 * 6.4 ** ((scale - 15) / 27))
    bins = np.arange(WINDOW // 2 + 1) * SAMPLE_RATE / WINDOW
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    return np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None]

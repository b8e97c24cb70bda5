"""The settings of every stage: one record each. Fields made with `option` can be set on the command line, the others
are the recipe itself. Imports nothing heavy, so that a wrong option is refused at once.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EVALUATION_PARTS = ('main', 'typed', 'tempo', 'negatives', 'sweeps', 'few_steps')
PROFILES = ('balanced', 'fast')
STUDENT = 'unet_few_steps'  # its part of the exported model
EXPORTED_PARTS = ('text_encoder', 'unet', STUDENT, 'vae_decoder', 'vae_encoder')
PUBLISHED_FOLDER = Path(__file__).resolve().parents[1] / 'riff-mini'


def option(default: Any, help: str, flags: tuple[str, ...] = (), **argument: Any) -> Any:
    """A field with a command-line option; `argument` goes to argparse."""
    return field(default=default, metadata={'help': help, 'flags': flags, **argument})


@dataclass(frozen=True, kw_only=True)
class StageSettings:
    work: Path | None = option(None, 'folder of the working data; default ~/.cache/riff/training', type=Path)


@dataclass(frozen=True, kw_only=True)
class DataSettings(StageSettings):
    threads: int = option(2, 'chunks rendered at a time', type=int)
    chunks: int = option(160, 'chunks of 80 clips each', type=int)
    other_rules_chunks: int = 2  # composed by held-out rules, for the classifier's report


@dataclass(frozen=True, kw_only=True)
class TokenizerSettings(StageSettings):
    pass


@dataclass(frozen=True, kw_only=True)
class TrainingSettings(StageSettings):
    """The settings of every stage that trains a network."""

    minutes: float = option(6.0, 'wall-clock length of the whole schedule', type=float)
    threads: int = option(2, 'processor threads, or workers of one thread', type=int)
    fresh: bool = option(False, 'begin anew instead of going on from the last save', action='store_true')
    learning_rate: float = 1e-3  # the highest, after the warm-up
    averaging: float = 0.997  # decay of the average of the weights, per step
    batch: int = 32  # examples a step, in each worker


@dataclass(frozen=True, kw_only=True)
class TextSettings(TrainingSettings):
    minutes: float = option(3.0, 'wall-clock length of the whole schedule', type=float)
    batch: int = 64  # captions a step
    empty_share: float = 0.03  # of the captions: the empty prompt has a meaning of its own
    seed: int = 5  # of the weights, the songs and the captions


@dataclass(frozen=True, kw_only=True)
class WordingSettings(TrainingSettings):
    minutes: float = option(8.0, 'wall-clock length of the whole schedule', type=float)
    threads: int = option(1, 'processor threads', type=int)
    batch: int = 64  # captions a step
    empty_share: float = 0.03  # of the captions
    plain_share: float = 0.15  # of the captions, such as are read in their plain form
    single_word_share: float = 0.06  # of the captions, such as are a word that has a plain form of its own
    stranger_share: float = 0.1  # of the captions, such as hold a token that is no word
    quiet_share: float = 0.2  # of the bands, such as get one of the few styles without drums
    usual_lead_share: float = 0.5  # of the bands, such as get a lead that recordings of their style have
    usual_drums_share: float = 0.6  # of the bands, such as have drums where recordings of their style have them
    seed: int = 6  # of the songs and the captions


@dataclass(frozen=True, kw_only=True)
class ClassifierSettings(TrainingSettings):
    averaging: float = 0.99
    dropout: float = 0.2  # of the features, while training
    checkpoint: str = 'classifier'
    seed: int = option(2, 'of the weights, and of the order and disturbance of the pictures', type=int)


@dataclass(frozen=True, kw_only=True)
class ListenerSettings(ClassifierSettings):
    """The settings of a second judge, so that the decoder is not trained on the one that scores it."""

    checkpoint: str = 'listener'
    seed: int = option(22, 'of the weights, and of the order and disturbance of the pictures', type=int)


@dataclass(frozen=True, kw_only=True)
class VaeSettings(TrainingSettings):
    minutes: float = option(30.0, 'wall-clock length of the whole schedule', type=float)
    learning_rate: float = 2e-3
    averaging: float = 0.995
    crops: tuple[int, int] = (8, 128)  # (crops a step, their height) at first; all crops are 128 columns wide
    strips: tuple[int, int] = (2, 512)  # the same later: strips of full height
    strips_from: float = 0.65  # share of the time after which crops are strips
    size_weight: float = 4e-4  # keeps the latents small
    half_size_weight: float = 0.25  # of decoding half-size latents to half-size pictures


@dataclass(frozen=True, kw_only=True)
class DecoderSettings(TrainingSettings):
    minutes: float = option(60.0, 'wall-clock length of the whole schedule', type=float)
    learning_rate: float = 6e-4
    averaging: float = 0.995
    strips: tuple[int, int] = (2, 512)  # (strips a step, their height); all are 128 columns wide
    noise_deviation: float = 0.2  # of the noise on the latents; a larger one smooths what is decoded
    stretch_weight: float = 0.5
    listener_weight: float = 0.3
    adversary_weight: float = 0.8  # of its gradient at the end of the decoder, against that of the rest
    adversary_from: float = 0.03  # share of the time after which it counts
    seed: int = 9


@dataclass(frozen=True, kw_only=True)
class LatentsSettings(StageSettings):
    threads: int = option(2, 'workers of one thread', type=int)
    fresh: bool = option(False, 'measure the scale again and encode every clip again', action='store_true')
    scaling_clips: int = 96  # over which mean and deviation of the latents are measured


@dataclass(frozen=True, kw_only=True)
class UnetSettings(TrainingSettings):
    minutes: float = option(60.0, 'wall-clock length of the whole schedule', type=float)
    threads: int = option(2, 'workers of one thread; with cuda, processes that draw captions', type=int)
    device: str = option('cpu', 'where it is trained', choices=['cpu', 'cuda'])
    learning_rate: float = 1.5e-3
    batch: int = 24  # in each worker on a CPU
    gpu_batch: int = 320
    gpu_averaging: float = 0.999  # a GPU makes more and smaller steps in the same time
    empty_share: float = 0.1  # captions left out, for guidance
    snr_limit: float = 5.0  # min-SNR weighting
    least_weight: float = 0.5  # of the noisiest steps, where it is decided which instruments play
    held_out_batches: int = 12  # in the report at the end


@dataclass(frozen=True, kw_only=True)
class TrajectoriesSettings(StageSettings):
    threads: int = option(2, 'processor threads', type=int)
    count: int = option(2400, 'trajectories', type=int)
    guidance: float = 4.0


@dataclass(frozen=True, kw_only=True)
class StudentSettings(TrainingSettings):
    minutes: float = option(25.0, 'wall-clock length of the whole schedule', type=float)
    learning_rate: float = 6e-4
    averaging: float = 0.99
    batch: int = 24  # in each worker
    seed: int = 8


@dataclass(frozen=True, kw_only=True)
class ExportSettings(StageSettings):
    threads: int = option(2, 'processor threads', type=int)
    model: Path = option(PUBLISHED_FOLDER, 'folder to write; default models/riff-mini', type=Path)
    parts: tuple[str, ...] = option(
        EXPORTED_PARTS, 'parts to write; the others stay as they are', nargs='+', choices=EXPORTED_PARTS
    )
    nag: tuple[float, ...] | None = option(
        None,
        'gives the student a port for a negative prompt, with this normalized attention guidance',
        nargs=3,
        type=float,
        metavar=('SCALE', 'ALPHA', 'TAU'),
    )


@dataclass(frozen=True, kw_only=True)
class RestoreSettings(StageSettings):
    model: Path = option(PUBLISHED_FOLDER, 'folder to take the weights from; default models/riff-mini', type=Path)


@dataclass(frozen=True, kw_only=True)
class EvaluateSettings(StageSettings):
    threads: int = option(2, 'processor threads', type=int)
    model: Path = option(PUBLISHED_FOLDER, 'folder of the model; default models/riff-mini', type=Path)
    count: int = option(
        200,
        'prompts of the main table; the tempo takes a quarter of them, a bare style a tenth, the other parts a sixth',
        flags=('-n',),
        type=int,
    )
    steps: int | None = option(None, "steps of every picture; default the model's own", type=int)
    precision: str = option('f32', 'of inference; bf16 is quicker with AMX', choices=['f32', 'bf16'])
    profile: str = option(
        'balanced',
        "fast: as Riff's profile draws, with the student where there is no negative prompt",
        choices=PROFILES,
    )
    other_judge: Path | None = option(
        None, 'working data of other composing rules, whose judge hears the bare prompts, too', type=Path
    )
    parts: tuple[str, ...] = option(EVALUATION_PARTS, 'parts of the table', nargs='+', choices=EVALUATION_PARTS)

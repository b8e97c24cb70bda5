"""What a caption says of its song is true: every phrase of every caption is looked up in the lexicon and held against
the song, by rules that know nothing of how captions are made.
"""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from riff_training.music import lexicon
from riff_training.music.captions import caption, single_word, tempo_word, wording
from riff_training.music.instruments import BY_NAME as INSTRUMENT
from riff_training.music.instruments import FAMILIES
from riff_training.music.plain_forms import SINGLE_WORDS
from riff_training.music.recordings import as_recorded
from riff_training.music.song import BANDS, Song, draw_song, song_from
from riff_training.music.styles import BY_NAME as STYLE
from riff_training.music.typed_prompts import TYPED_PROMPTS
from riff_training.settings import WordingSettings

SONGS = 3000
CAPTIONS_OF_EACH = 4
Holds = Callable[[Song], bool]


def _claims() -> dict[str, list[Holds]]:
    """Phrase of the lexicon → its meanings; a phrase is true of a song if one of them is."""
    claims: dict[str, list[Holds]] = {}

    def mean(phrases: list[str], holds: Holds) -> None:
        for phrase in phrases:
            claims.setdefault(phrase, []).append(holds)

    for style, phrases in lexicon.STYLE_WORDS.items():
        mean([style, *phrases], lambda song, style=style: song.style == style)
    for style, phrases in lexicon.ERAS.items():
        mean(phrases, lambda song, style=style: song.style == style)
    for style, phrases in lexicon.USES.items():
        bare = [re.sub('^(a|an|the) ', '', phrase) for phrase in phrases]
        mean(phrases + bare, lambda song, style=style: song.style == style)
    for lead, phrases in lexicon.LEAD_WORDS.items():
        mean([lead, *phrases], lambda song, lead=lead: song.lead == lead and song.arrangement != 'drums')
    for part, phrases in lexicon.HEARD.items():
        mean(phrases, lambda song, part=part: song.presence[part])
    for part, phrases in lexicon.ABSENT.items():
        mean(phrases, lambda song, part=part: not song.presence[part])
    for mode, phrases in lexicon.MOODS.items():
        mean(phrases, lambda song, mode=mode: song.mode == mode)
    for tempo, phrases in lexicon.TEMPO.items():
        mean(phrases, lambda song, tempo=tempo: tempo_word(song.bpm) == tempo)
    for density, phrases in enumerate(lexicon.DENSITY):
        mean(phrases, lambda song, density=density: song.density == density)
    mean(lexicon.CALM, lambda song: tempo_word(song.bpm) == 'slow' and song.density == 0)
    mean(lexicon.ENERGETIC, lambda song: tempo_word(song.bpm) == 'fast' and song.density == 2)
    mean(lexicon.SOLO + lexicon.LONE, lambda song: song.arrangement == 'solo')
    mean(['band', *lexicon.BAND], lambda song: song.arrangement in BANDS)
    mean(lexicon.TRIO, lambda song: song.arrangement == 'trio')
    mean([*lexicon.DRUM_SOLO, 'drums only'], lambda song: song.arrangement == 'drums')
    mean(lexicon.NOUNS + lexicon.FILLERS, lambda song: True)
    return claims


CLAIMS = _claims()
LONGEST = max(len(phrase.split()) for phrase in CLAIMS)
CONNECTING = {'a', 'an', 'and', 'with', 'on', 'of', 'by', 'in', 'the', 'playing', 'for', 'at', ','}


def false_phrases(text: str, song: Song) -> list[str]:
    """The phrases of a caption that are not true of the song, by the kindest way to cut it into phrases: where two
    phrases meet, their words may look like a third.
    """
    return min((_false_phrases(inner, song) for inner in _unframed(text)), key=len)


def _unframed(text: str) -> Iterator[str]:
    """The text, and what is left of it without a sentence around it."""
    yield text.rstrip('!.?')
    for sentence in lexicon.SENTENCES:
        before, after = sentence.split('…')
        if text.startswith(before) and text.endswith(after):
            yield text.removeprefix(before).removesuffix(after)


def _false_phrases(text: str, song: Song) -> list[str]:
    plain = re.sub(r'(\d)bpm', r'\1 bpm', text.replace(' in the style of ', ' '))
    words = re.sub(r'[,/+]|\.(?= )', ' , ', plain).split()
    # From the end: the false phrases among the words from here on.
    rest: list[list[str]] = [[]]
    for start in range(len(words) - 1, -1, -1):
        readings = [lies + rest[length - 1] for length, lies in _readings(words[start:], song)]
        rest.insert(0, min(readings, key=len))
    return rest[0]


def _readings(words: list[str], song: Song) -> Iterator[tuple[int, list[str]]]:
    """(length in words, the phrase if it is false) of every phrase that the words can begin with, the longest first."""
    if len(words) > 1 and words[1] == 'bpm' and words[0].isdigit():
        yield 2, [] if int(words[0]) == round(song.bpm) else [' '.join(words[:2])]
    for length in range(min(LONGEST, len(words)), 0, -1):
        phrase = ' '.join(words[:length])
        if phrase in CLAIMS:
            yield length, [] if any(holds(song) for holds in CLAIMS[phrase]) else [phrase]
    yield 1, [] if words[0] in CONNECTING else [words[0]]


def test_captions_say_nothing_false() -> None:
    lies = []
    for seed in range(SONGS):
        song = draw_song(seed)
        rng = random.Random(seed)
        for text in (caption(song, rng) for _ in range(CAPTIONS_OF_EACH)):
            lies += [(song, text, phrase) for phrase in false_phrases(text, song)]
    assert lies == []


def _names_no_player(text: str) -> bool:
    """Is all that it names a style, or what changes nothing of who plays?"""
    players = {word for phrases in (*lexicon.LEAD_WORDS.values(), *lexicon.HEARD.values()) for word in phrases}
    absent = {word for phrases in lexicon.ABSENT.values() for word in phrases}
    found = re.sub(r'[,/+.!?]', ' ', text).split()
    spoken = {' '.join(found[start:end]) for start in range(len(found)) for end in range(start + 1, start + 4)}
    return not spoken & (players | absent | set(INSTRUMENT) | set(lexicon.DRUM_SOLO))


def test_a_bare_style_is_the_band_of_its_recordings() -> None:
    bands, others = 0, []
    for seed in range(SONGS):
        drawn = draw_song(seed)
        song = replace(drawn, lead=STYLE[drawn.style].leads[0]) if drawn.arrangement in BANDS else drawn
        text = caption(song, random.Random(seed))
        if _names_no_player(text):
            whole = song.is_recording and song.drums == song.usually_drums
            bands += whole
            others += [] if whole else [(song, text)]
    assert bands > SONGS / 20
    assert others == []


@pytest.mark.parametrize('style', [style.name for style in STYLE.values() if not style.usually_drums])
def test_a_bare_style_without_drums_is_read_as_one_without(style: str) -> None:
    song = replace(BAND, style=style, lead=STYLE[style].leads[0], arrangement='no drums')
    drawn = [wording(song, random.Random(seed)) for seed in range(300)]
    plain = {pair.plain for pair in drawn if _names_no_player(pair.text)}
    assert plain
    assert all('no drums' in words for words in plain)


@pytest.mark.parametrize(
    ('style', 'lead', 'are_named'), [('rock', 'electric guitar', False), ('lo-fi', 'electric piano', True)]
)
def test_the_drums_of_a_bare_style_are_named_only_where_they_would_be_missing(
    style: str, lead: str, are_named: bool
) -> None:
    """What nobody names, a negative prompt can take away."""
    song = replace(BAND, style=style, lead=lead, arrangement='full')
    drawn = [wording(song, random.Random(seed)) for seed in range(300)]
    plain = {pair.plain for pair in drawn if _names_no_player(pair.text)}
    assert plain
    assert {'drums' in words for words in plain} == {are_named}


@pytest.mark.parametrize(
    ('style', 'lead', 'plain'),
    [
        ('rock', 'violin', 'rock band with violin'),
        ('waltz', 'piano', 'waltz with piano trio'),
        ('folk', 'flute', 'folk band with flute, no drums'),
        ('folk', 'acoustic guitar', 'folk with acoustic guitar, no drums'),
    ],
)
def test_a_style_with_a_lead_and_no_word_of_drums_has_them_as_its_recordings_do(
    style: str, lead: str, plain: str
) -> None:
    arrangement = 'full' if STYLE[style].usually_drums else 'no drums'
    song = replace(BAND, style=style, lead=lead, arrangement=arrangement, chord_program=None, bass=False)
    drawn = [wording(song, random.Random(seed)) for seed in range(3000)]
    assert plain in {pair.plain for pair in drawn if pair.text in (f'{style} {lead}', f'{style} with {lead}')}


def test_a_single_word_has_no_plain_form_but_its_own() -> None:
    rng = random.Random(1)
    house = replace(BAND, style='house', lead='synth', arrangement='full')
    drawn = [single_word(rng) for _ in range(500)] + [wording(house, rng) for _ in range(5000)]
    for word, plain in SINGLE_WORDS.items():
        assert {pair.plain for pair in drawn if pair.text == word} == set(plain)


def test_a_list_of_words_is_read_as_a_style_with_its_lead() -> None:
    song = replace(BAND, style='techno', lead='synth')
    drawn = [wording(song, random.Random(seed)) for seed in range(2000)]
    lists = [pair for pair in drawn if pair.text.count(' / ') > 1 and pair.text.startswith('techno / synth / ')]
    assert lists
    assert all(pair.plain.startswith(('techno band with synth', 'techno with synth and drums')) for pair in lists)


def test_bands_have_drums_as_recordings_of_their_style_have_them() -> None:
    rng = random.Random(1)
    songs = [as_recorded(song_from(0, rng), rng, WordingSettings()) for _ in range(SONGS)]
    bands = [song for song in songs if song.arrangement in BANDS]
    usual = [song for song in bands if song.drums == song.usually_drums]
    assert len(usual) > 0.75 * len(bands)
    quiet = [song for song in bands if not song.usually_drums]
    assert 0.25 * len(bands) < len(quiet) < 0.4 * len(bands)
    assert all(song.bpm in STYLE[song.style].tempi for song in songs)


def test_who_plays_alone_is_never_called_by_a_style_alone() -> None:
    for seed in range(SONGS):
        song = replace(draw_song(seed), arrangement='solo')
        text = caption(song, random.Random(seed))
        assert not _names_no_player(text), text


def test_no_caption_is_a_typed_prompt() -> None:
    typed = {prompt.prompt.lower() for prompt in TYPED_PROMPTS}
    rock = replace(BAND, style='rock', lead='electric guitar')
    said = {caption(rock, random.Random(seed)) for seed in range(4000)}
    assert 'rock music' in said
    assert said & typed == set()


def test_the_typed_prompts_name_what_the_judge_can_hear() -> None:
    assert len(TYPED_PROMPTS) >= 100
    for prompt in TYPED_PROMPTS:
        assert prompt.style is None or prompt.style in STYLE
        assert prompt.family is None or prompt.family in FAMILIES


BAND = Song(
    seed=0,
    style='jazz',
    lead='trumpet',
    arrangement='full',
    mode='minor',
    key=0,
    density=1,
    bpm=125,
    backing_voices=False,
    chord_program=0,
    bass=True,
    groove=0,
    fills=False,
    machine=False,
)


@pytest.mark.parametrize(
    ('text', 'song', 'lie'),
    [
        ('techno trumpet', BAND, 'techno'),
        ('jazz with violin', BAND, 'violin'),
        ('jazz trumpet, no drums', BAND, 'no drums'),
        ('jazz trumpet with backing vocals', BAND, 'backing vocals'),
        ('jazz trumpet and piano', replace(BAND, chord_program=None), 'piano'),
        ('happy jazz trumpet', BAND, 'happy'),
        ('jazz trumpet, 94 bpm', BAND, '94 bpm'),
        ('jazz trumpet solo', BAND, 'solo'),
        ('slow jazz', BAND, 'slow'),
        ('jazz kazoo', BAND, 'kazoo'),
    ],
)
def test_a_lie_is_noticed(text: str, song: Song, lie: str) -> None:
    assert false_phrases(text, song) == [lie]


def test_captions_of_one_song_differ() -> None:
    rng = random.Random(0)
    assert len({caption(BAND, rng) for _ in range(200)}) > 150


def test_every_style_and_instrument_has_its_words() -> None:
    assert all(instrument.name in lexicon.LEAD_WORDS for instrument in INSTRUMENT.values())

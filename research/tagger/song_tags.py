"""Which of the tagger's tags a composed song has, as far as its parts, style and tempo say."""

from riff_training.music.song import Song

#: Tag → General MIDI programs that make it true.
PROGRAMS = {
    'guitar': range(24, 32),
    'piano': range(6),
    'violin': (40,),
    'cello': (42,),
    'strings': (*range(40, 46), 48, 49),
    'flute': (73,),
    'sitar': (104,),
    'harpsichord': (6,),
    'harp': (46,),
    'choir': (52,),
    'vocals': (52, 53),
    'synth': range(80, 96),
}
#: Tag → (styles whose bands have it, styles whose bands may have it).
STYLES = {
    'electronic': (('techno', 'house', 'drum and bass', 'synthwave'), ('ambient', 'hip hop', 'disco', 'lo-fi')),
    'techno': (('techno',), ('house', 'drum and bass', 'synthwave')),
    'dance': (('techno', 'house', 'disco'), ('drum and bass', 'synthwave', 'funk', 'hip hop', 'salsa')),
    'rock': (('rock',), ('metal', 'blues', 'funk', 'country')),
    'metal': (('metal',), ('rock',)),
    'country': (('country',), ('folk', 'blues')),
    'classical': (('classical',), ('waltz', 'ambient')),
    'ambient': (('ambient',), ('synthwave', 'lo-fi', 'classical')),
    'pop': (('synthwave', 'disco'), ('rock', 'house', 'country', 'reggae', 'funk')),
}
SLOW, FAST = 75, 140  # beats a minute, up to and from which nobody disagrees


def tags_of(song: Song) -> dict[str, bool]:
    """Whether the song has a tag; tags that are a matter of opinion are left out. Only bands as most recordings of
    their style have them say something of style.
    """
    programs = set(song.programs.values())
    tags = {tag: not programs.isdisjoint(those) for tag, those in PROGRAMS.items()}
    tags |= {'drums': song.drums, 'beats': song.drums, 'solo': song.arrangement == 'solo'}
    if song.bpm <= SLOW or song.bpm >= FAST:
        tags |= {'slow': song.bpm <= SLOW, 'fast': song.bpm >= FAST}
    if has_usual_band(song):
        tags |= {tag: song.style in sure for tag, (sure, perhaps) in STYLES.items() if song.style not in perhaps}
    return tags


def has_usual_band(song: Song) -> bool:
    """Whether most recordings of the style have such a band, drums included."""
    return song.is_recording and song.drums == song.usually_drums

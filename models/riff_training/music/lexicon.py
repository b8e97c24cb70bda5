"""The words of the captions: for each style, instrument, mood and tempo, what listeners call it."""


def _words(text: str) -> list[str]:
    return [' '.join(phrase.split()) for phrase in text.split(',')]


def _table(text: str) -> dict[str, list[str]]:
    """Of lines `name: word, word …`; a line without a colon goes on with the words of the line before."""
    entries: dict[str, str] = {}
    name = ''
    for line in text.strip().splitlines():
        head, colon, words = line.partition(':')
        if colon:
            name = head.strip()
        entries[name] = entries.get(name, '') + (words if colon else head)
    return {name: _words(words) for name, words in entries.items()}


STYLE_WORDS = _table("""
    jazz: jazz, jazzy, swing, bebop, smooth jazz, jazz club, big band, cool jazz, swinging jazz, nightclub jazz,
        jazz trio, ragtime, dixieland, hard bop
    techno: techno, minimal techno, acid techno, detroit techno, rave, warehouse techno, industrial techno,
        club techno, hardcore, berlin techno, gabber
    rock: rock, classic rock, hard rock, indie rock, rock and roll, alternative rock, garage rock, rock band,
        rocking, punk, punk rock, grunge, surf rock, emo, britpop
    funk: funk, funky, groovy funk, funk groove, slap funk, seventies funk, motown, p-funk, afrobeat, boogie,
        rhythm and blues
    reggae: reggae, dub, roots reggae, ska, dancehall, jamaican, caribbean, rocksteady, rasta, island, reggaeton
    classical: classical, orchestral, baroque, symphony, chamber music, romantic classical, concerto, sonata,
        orchestra, cinematic, film score, soundtrack, epic, opera, mozart, bach, beethoven, chopin, vivaldi,
        medieval, renaissance, overture, quartet
    ambient: ambient, atmospheric, drone, meditation, soundscape, new age, space ambient, ethereal, meditative, spa,
        sleep, yoga, cosmic, floating, downtempo, chillout
    blues: blues, bluesy, delta blues, twelve bar blues, chicago blues, slow blues, electric blues, soul, gospel,
        blues shuffle, mississippi, memphis
    bossa nova: bossa nova, bossa, brazilian, samba, brazilian jazz, rio, lounge, easy listening, beach, tropicalia,
        exotica
    hip hop: hip hop, hiphop, hip-hop, boom bap, rap, rap beat, trap, old school hip hop, beats, r&b, rnb, trip hop,
        drill, grime, phonk, east coast, west coast
    house: house, deep house, house music, club house, garage house, dance, edm, electronic dance,
        progressive house, tropical house, eurodance, ibiza, party, club
    drum and bass: drum and bass, dnb, jungle, breakbeat, liquid drum and bass, drum n bass, d&b, breakcore,
        neurofunk, amen break, uk garage, dubstep
    country: country, country and western, nashville, bluegrass, honky tonk, western, cowboy, americana, hoedown,
        rodeo, texas, southern, hillbilly
    salsa: salsa, latin, cuban, mambo, merengue, cumbia, latin dance, son cubano, bachata, rumba, havana, cha cha,
        tango, flamenco, mariachi, spanish, mexican
    waltz: waltz, viennese waltz, three four, waltzing, ballroom, musette, minuet, french waltz, vienna, parisian,
        lullaby, carousel
    metal: metal, heavy metal, thrash metal, thrash, death metal, speed metal, metalcore, headbanging, black metal,
        doom, djent, shredding, mosh
    lo-fi: lo-fi, lofi, lo fi, chillhop, lofi beats, study beats, bedroom, chill beats, lofi hip hop, study,
        homework, cozy, vaporwave, jazzhop
    synthwave: synthwave, retrowave, eighties, outrun, retro synth, new wave, 80s, synth pop, synthpop, darkwave,
        cyberpunk, neon, arcade, chiptune, 8-bit, video game, electro, electropop, trance
    folk: folk, folk song, celtic, irish, traditional folk, acoustic folk, campfire, singer songwriter, scottish,
        nordic, ballad, village, balkan, klezmer, sea shanty, jig
    disco: disco, nu disco, disco funk, seventies disco, dance floor, disco dance, 70s, italo disco, studio 54,
        glitter, pop, dance pop, pop song, kpop, city pop
""")

LEAD_WORDS = _table("""
    piano: piano, grand piano, acoustic piano, piano melody, pianist, piano chords, upright piano, keys, pianoforte,
        concert piano
    electric piano: electric piano, rhodes, fender rhodes, e-piano, wurlitzer, electric keys, keyboard, rhodes piano
    harpsichord: harpsichord, clavichord, baroque keyboard, spinet, harpsichord melody
    organ: organ, hammond organ, hammond, drawbar organ, church organ, organ chords, pipe organ, organist
    accordion: accordion, squeezebox, accordeon, concertina, bandoneon, accordionist
    harmonica: harmonica, blues harp, mouth organ, mouth harp, harmonica melody
    acoustic guitar: acoustic guitar, steel guitar, folk guitar, strummed guitar, spanish guitar, guitar,
        nylon guitar, fingerpicked guitar, classical guitar, ukulele
    electric guitar: electric guitar, clean guitar, guitar, guitar riff, stratocaster, telecaster,
        clean electric guitar, guitarist
    distorted guitar: distorted guitar, heavy guitar, overdriven guitar, distortion guitar, guitar solo,
        shredding guitar, fuzz guitar, power chords, distortion
    bass guitar: bass guitar, bass, electric bass, bass line, bassline, bassist, fingered bass, deep bass, sub bass,
        bass riff, double bass, upright bass
    slap bass: slap bass, slapped bass, popping bass, slap bass line, funky bass, thumb bass
    violin: violin, fiddle, solo violin, violin melody, violinist, viola, fiddler
    cello: cello, solo cello, cello melody, violoncello, cellist
    strings: strings, string section, string orchestra, string ensemble, violins, orchestral strings, lush strings,
        string quartet
    trumpet: trumpet, muted trumpet, trumpet melody, trumpeter, horn, cornet, bugle, flugelhorn
    trombone: trombone, trombone melody, trombonist, tuba, low brass, bass trombone
    brass: brass, brass section, horns, horn section, brass band, fanfare, french horn, trumpets, horn stabs
    saxophone: saxophone, sax, alto sax, tenor sax, saxophone melody, saxophonist, alto saxophone, tenor saxophone,
        sax solo
    clarinet: clarinet, clarinet melody, bass clarinet, clarinettist, oboe, woodwind, reed, bassoon, woodwinds
    flute: flute, flute melody, pan flute, flautist, piccolo, recorder, whistle, tin whistle, bamboo flute, ocarina,
        shakuhachi, whistling
    vibraphone: vibraphone, vibes, mallets, vibraphone melody, vibraharp
    marimba: marimba, xylophone, wooden mallets, marimba melody, kalimba, balafon, steel drum, thumb piano
    bells: bells, tubular bells, chimes, church bells, bell melody, glockenspiel, celesta, music box, gamelan, bell
    synth: synth, synth lead, synthesizer, lead synth, saw synth, synth melody, analog synth, moog, arpeggio,
        synthesiser, sawtooth, square lead, arp, theremin
    synth pad: synth pad, pad, pads, warm pad, synth pads, ambient pad, analog pad, soft pad, string pad
    choir: choir, vocals, choral, singing choir, voices, choir voices, chorus, chanting, gregorian chant,
        angelic choir, voice, chant, singers
    vocals: vocals, vocal, ooh vocals, singing, singer, vocal melody, voice, humming, voices, vocalist,
        female vocals, male vocals, human voice, a cappella, crooner, female voice, soprano, tenor, sung melody,
        lyrics, vocal lines
    harp: harp, harp arpeggios, orchestral harp, plucked harp, harpist, lyre, celtic harp, zither
    banjo: banjo, banjo picking, five string banjo, bluegrass banjo, mandolin, banjo melody, bouzouki
    sitar: sitar, indian sitar, sitar melody, raga, indian, oud, koto, tanpura, shamisen, india, asian, oriental,
        arabic, middle eastern, chinese, japanese
""")

MOODS = _table("""
    major: happy, bright, cheerful, uplifting, joyful, sunny, warm, major key, positive, playful, optimistic,
        hopeful, fun, feel good, summer, sweet, carefree, triumphant, victorious, lovely, merry, cute,
        upbeat and happy, in a major key, heroic, glorious, celebration, festive, christmas, wedding, morning,
        spring
    minor: sad, dark, melancholic, moody, minor key, gloomy, mysterious, brooding, emotional, lonely, tense,
        haunting, nostalgic, bittersweet, scary, spooky, ominous, sorrowful, tragic, horror, in a minor key,
        dramatic, melancholy, night, rainy, winter, eerie, sinister, suspense, halloween, midnight, autumn,
        depressing, heartbroken
""")
CALM = _words("""
    calm, relaxing, soft, gentle, peaceful, mellow, quiet, tender, dreamy, chill, laid back, soothing, smooth,
    relaxed, serene, delicate, intimate, subtle, sleepy, tranquil, romantic, airy
""")
ENERGETIC = _words("""
    energetic, driving, powerful, intense, aggressive, exciting, frantic, high energy, pumping, lively, wild, angry,
    hard, loud, fierce, explosive, furious, dynamic, banging, crazy, hectic, action, workout, gym, running, battle,
    boss fight
""")
DENSITY = [  # by song.density
    _words("""
        sparse, simple, minimal, slow notes, few notes, minimalist, spacious, bare, stripped down
    """),
    [],
    _words("""
        busy, dense, complex, many notes, fast notes, intricate, virtuosic, virtuoso, rich, elaborate, technical
    """),
]
TEMPO = _table("""
    slow: slow, slow tempo, down tempo, unhurried, slowly, lento, adagio, at a slow pace, lazy, largo
    medium: medium tempo, mid tempo, moderate tempo, moderate, andante, walking pace, midtempo, steady
    fast: fast, fast tempo, quick, up tempo, uptempo, upbeat, rapid, presto, allegro, speedy, racing, hurried
""")
# The bare word of a part comes first in its list.
HEARD = _table("""
    drums: drums, drum beat, drum kit, percussion, a drum groove, beat, drum loop, drummer, drum set, a beat,
        rhythm section, kick and snare, hi hats, groove
    vocals: vocals, backing vocals, choir in the background, voices, singing, backing choir, background vocals,
        vocal harmonies, singers, harmonies
    piano: piano, piano chords, keys, grand piano, pianist, acoustic piano
    bass: bass, bass line, bassline, deep bass, a bass line, low end
    guitar: guitar, guitars, strummed guitar
""")
ABSENT = _table("""
    drums: no drums, without drums, drumless, no percussion, without percussion, no beat, no drum beat, beatless
    vocals: no vocals, without vocals, instrumental, no singing, no voice, without singing, no voices, no lyrics,
        without voices, instrumental music, no vocal
    piano: no piano, without piano
    bass: no bass, without bass
    guitar: no guitar, without guitar, no guitars, without guitars
""")
SOLO = _words("""
    solo, alone, unaccompanied, solo performance, by itself, solo recording, only
""")
BAND = _words("""
    band, full band, ensemble, group, band playing together, full arrangement, combo, live band
""")
TRIO = _words("""
    trio, bass and drums, small band, three piece band, power trio
""")
DRUM_SOLO = _words("""
    drum solo, drum beat, drums, drum loop, drums only, drum groove, percussion, beat, only drums, drum pattern,
    breakbeat, drum machine, percussion loop, drum break, rhythm, 808, 909, bongos, congas, tabla, djembe
""")

# Words without a meaning of their own here; they stand in captions so that they are known and do no harm.
NOUNS = _words("""
    music, song, track, tune, piece, melody, riff, loop, groove, recording, sample, theme, jam, audio, clip,
    composition, arrangement, background music, tape, sound, performance, session, improvisation, vibe, feeling,
    anthem, hit, record, mix, demo, sounds
""")
FILLERS = _words("""
    some, a nice, a good, high quality, a great, beautiful, cool, studio, live, original, modern, vintage, classic,
    catchy, a short, the best, professional, amazing, crisp, clean, analog, hifi, an, my, new, old, awesome,
    perfect, simple, famous, epic, electronic, acoustic, electric, long, big, deep, pure, raw, retro, melodic,
    rhythmic, harmonic, experimental, popular, traditional, urban
""")

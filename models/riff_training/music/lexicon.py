"""The words of the captions: for each style, instrument, mood and tempo, what listeners call it."""


def _words(text: str) -> list[str]:
    return [' '.join(phrase.split()) for phrase in text.split(',')]


def _table(text: str) -> dict[str, list[str]]:
    """A table from lines `name: word, word …`; a line without a colon continues the previous one."""
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
        jazz trio, ragtime, dixieland, hard bop,
        swing jazz, jazz fusion, gypsy jazz, jazz standard, jazz ballad, latin jazz, new orleans, acid jazz,
        free jazz
    techno: techno, minimal techno, acid techno, detroit techno, rave, warehouse techno, industrial techno,
        club techno, hardcore, berlin techno, gabber,
        tech house, psytrance, psy, goa, industrial, ebm, hard techno, melodic techno, schranz, electronica, idm,
        glitch
    rock: rock, classic rock, hard rock, indie rock, rock and roll, alternative rock, garage rock, rock band,
        rocking, punk, punk rock, grunge, surf rock, emo, britpop,
        soft rock, pop rock, psychedelic rock, progressive rock, prog rock, prog, shoegaze, rockabilly, stoner rock,
        post rock, folk rock, southern rock, power ballad, arena rock, blues rock, metal rock, pop punk, skate punk,
        hardcore punk, rock ballad, rock n roll, indie, math rock, post punk, glam rock
    funk: funk, funky, groovy funk, funk groove, slap funk, seventies funk, motown, p-funk, afrobeat, boogie,
        rhythm and blues,
        funk rock, afro, afrobeats, go go, jazz funk, neo soul, disco funk groove, electro funk, james brown
    reggae: reggae, dub, roots reggae, ska, dancehall, jamaican, caribbean, rocksteady, rasta, island, reggaeton,
        reggae dub, dub reggae, soca, calypso, steel band, ska punk, lovers rock, bob marley, dembow
    classical: classical, orchestral, baroque, symphony, chamber music, romantic classical, concerto, sonata,
        orchestra, cinematic, film score, soundtrack, epic, opera, mozart, bach, beethoven, chopin, vivaldi,
        medieval, renaissance, overture, quartet,
        classical music, orchestral music, symphonic, string quartet music, film music, movie score,
        movie soundtrack, cinematic music, trailer music, epic orchestral, baroque music, impressionist,
        romantic era, neoclassical, modern classical, oratorio, requiem, hymn, march
    ambient: ambient, atmospheric, drone, meditation, soundscape, new age, space ambient, ethereal, meditative, spa,
        sleep, yoga, cosmic, floating, downtempo, chillout,
        ambient music, dark ambient, drone music, meditation music, chill out, space music, healing, zen,
        nature sounds, psybient, minimal ambient, relaxation
    blues: blues, bluesy, delta blues, twelve bar blues, chicago blues, slow blues, electric blues, soul, gospel,
        blues shuffle, mississippi, memphis,
        country blues, blues rock shuffle, texas blues, jump blues, soul music, soul blues, spiritual, doo wop
    bossa nova: bossa nova, bossa, brazilian, samba, brazilian jazz, rio, lounge, easy listening, beach, tropicalia,
        exotica,
        samba jazz, lounge music, elevator music, hotel lobby, mpb, latin lounge, muzak, cafe music
    hip hop: hip hop, hiphop, hip-hop, boom bap, rap, rap beat, trap, old school hip hop, beats, r&b, rnb, trip hop,
        drill, grime, phonk, east coast, west coast,
        hip hop beat, rap music, type beat, trap beat, trap music, gangsta rap, jazz rap, g funk, old school rap,
        lofi rap, boom bap beat, drill beat, uk drill, cloud rap, crunk, freestyle beat
    house: house, deep house, house music, club house, garage house, dance, edm, electronic dance,
        progressive house, tropical house, eurodance, ibiza, party, club,
        deep house music, acid house, tech house groove, disco house, french house, afro house, future house,
        big room, edm music, dance music, club music, electronic dance music, electro house, eurobeat, hardstyle,
        happy hardcore, garage, uk house, electronic music, nightcore
    drum and bass: drum and bass, dnb, jungle, breakbeat, liquid drum and bass, drum n bass, d&b, breakcore,
        neurofunk, amen break, uk garage, dubstep,
        drum n bass music, liquid dnb, jump up, jungle music, breaks, big beat, brostep, future garage, two step,
        bass music
    country: country, country and western, nashville, bluegrass, honky tonk, western, cowboy, americana, hoedown,
        rodeo, texas, southern, hillbilly,
        country music, country rock, country pop, outlaw country, country song, wild west, appalachian,
        western swing, square dance
    salsa: salsa, latin, cuban, mambo, merengue, cumbia, latin dance, son cubano, bachata, rumba, havana, cha cha,
        tango, flamenco, mariachi, spanish, mexican,
        latin music, latin pop, salsa music, cumbia music, bolero, timba, latin jazz band, paso doble, fandango,
        norteno, ranchera
    waltz: waltz, viennese waltz, three four, waltzing, ballroom, musette, minuet, french waltz, vienna, parisian,
        lullaby, carousel,
        slow waltz, waltz music, mazurka, in three, cabaret, chanson, waltz time, french cafe
    metal: metal, heavy metal, thrash metal, thrash, death metal, speed metal, metalcore, headbanging, black metal,
        doom, djent, shredding, mosh,
        metal music, heavy rock, nu metal, power metal, symphonic metal, progressive metal, industrial metal,
        deathcore, grindcore, sludge, doom metal, hardcore metal, viking metal, stoner metal
    lo-fi: lo-fi, lofi, lo fi, chillhop, lofi beats, study beats, bedroom, chill beats, lofi hip hop, study,
        homework, cozy, vaporwave, jazzhop,
        lo-fi music, lofi music, lo-fi hip hop, lofi jazz, lofi beat, chill beat, chillwave, chill hop, lofi house,
        study music, study beat, relaxing beats
    synthwave: synthwave, retrowave, eighties, outrun, retro synth, new wave, 80s, synth pop, synthpop, darkwave,
        cyberpunk, neon, arcade, chiptune, 8-bit, video game, electro, electropop, trance,
        synthwave music, retro wave, electro pop, eighties pop, eighties music, 80s pop, 80s music, dream wave,
        vapor, hyperpop, game music, video game music, trance music, uplifting trance, italo, space synth,
        synth rock, new romantic, future pop, 8 bit, 8bit, 16 bit
    folk: folk, folk song, celtic, irish, traditional folk, acoustic folk, campfire, singer songwriter, scottish,
        nordic, ballad, village, balkan, klezmer, sea shanty, jig,
        folk music, irish folk, celtic music, indie folk, folk ballad, irish jig, reel, polka, traditional music,
        medieval folk, pirate, tavern, acoustic, singer songwriter music, fairy tale, hobbit, nursery rhyme
    disco: disco, nu disco, disco funk, seventies disco, dance floor, disco dance, 70s, italo disco, studio 54,
        glitter, pop, dance pop, pop song, kpop, city pop,
        disco music, disco pop, pop music, 70s disco music, euro disco, bubblegum pop, teen pop, j-pop, jpop, k-pop,
        dance pop music, hit single, boy band, girl group, funky disco
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

# What music is wanted for, said as "music for X" or "X music".
USES = _table("""
    jazz: a dinner party, a detective movie, film noir, a speakeasy, a smoky bar, a martini
    techno: a factory, a dark club, a rave party
    rock: a road trip, driving, sports, a stadium, a highlight reel, a motorcycle
    funk: a heist movie, a cop show, a car commercial
    reggae: a beach party, the summer holiday, a pool party
    classical: a movie trailer, a trailer, a wedding ceremony, an adventure, a fantasy movie, a royal court,
        a documentary, a battle scene, a gala
    ambient: meditation, yoga, sleep, a spa, falling asleep, deep space, relaxation, breathing, a planetarium
    blues: a whiskey bar, a lonely night
    bossa nova: an elevator, a hotel lobby, a restaurant, a cocktail bar, shopping, cooking
    hip hop: freestyle rap, skateboarding, basketball, the street, rapping over
    house: a workout, the gym, a party, a fashion show, running, a club night, fitness, dancing, cardio
    drum and bass: a car chase, a chase scene, snowboarding, a racing game
    country: a saloon, a cowboy movie, a barn dance, a farm, a rodeo
    salsa: a dance class, a latin party, a street festival
    waltz: a ballroom, a carousel, a merry go round, a first dance
    metal: a boss battle, a boss fight, the final boss, a fight scene, a demon, a battle
    lo-fi: studying, studying to, a study session, homework, coding, reading, a rainy day, a coffee shop, focus
    synthwave: a video game, an arcade game, a night drive, a retro game, a game level, a spaceship
    folk: a campfire, a village festival, a tavern, a forest, hiking, storytelling
    disco: roller skating, a dance party, a birthday party, a wedding party, karaoke
""")
# Decades that a style is called by; they change nothing of it.
ERAS = _table("""
    jazz: 20s, 1920s, 30s, 40s, 1940s, 50s, 60s
    techno: 90s, 1990s, 2000s
    rock: 50s, 1950s, 60s, 1960s, 70s, 1970s, 80s, 90s, 1990s, 2000s, sixties, seventies, nineties, fifties
    funk: 70s, 1970s, seventies, 60s
    reggae: 70s, 1970s, seventies
    classical: 1800s, 18th century, 19th century, 1700s
    ambient: 90s, 2000s
    blues: 20s, 1930s, 50s, 1950s, 60s, 1960s, sixties, fifties
    bossa nova: 60s, 1960s, sixties
    hip hop: 90s, 1990s, 80s, 2000s, nineties, 2010s
    house: 90s, 1990s, 80s, 2000s, nineties, 2010s
    drum and bass: 90s, 1990s, nineties, 2000s
    country: 50s, 60s, 70s, 90s
    salsa: 60s, 70s, 50s
    waltz: 1800s, 19th century
    metal: 80s, 1980s, 90s, eighties, nineties
    lo-fi: 90s, 2010s
    synthwave: 80s, 1980s, eighties
    folk: 60s, 1960s, sixties, 1800s
    disco: 70s, 1970s, seventies, 80s
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
    solo, alone, unaccompanied, solo performance, by itself, solo recording, only, on its own, all alone,
    and nothing else
""")
# Before the name of the one who plays alone.
LONE = _words("""
    solo, just, only, just a, a single, a solo, a lone, lonely, an unaccompanied, unaccompanied, one, nothing but a,
    single, a lonely
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
    perfect, simple, famous, epic, long, big, deep, pure, raw, retro, melodic,
    rhythmic, harmonic, experimental, popular, traditional, urban
""")

# What users say around a prompt; "…" stands for it.
SENTENCES = [
    'make me …',
    'make a …',
    'make me some … please',
    'can you make …',
    'can you make me … please',
    'please make …',
    'please play …',
    'play …',
    'play some …',
    'i want …',
    'i want to hear …',
    'i would like …',
    'i need … for my video',
    'give me …',
    'give me some … please',
    'create …',
    'create a …',
    'generate …',
    'generate a … please',
    'write a …',
    'compose …',
    'something like …',
    'something with …',
    'it is …',
    'this is …',
    'the sound of …',
    'could you do …',
    'do …',
    'try …',
    'maybe …',
    'maybe some …',
    'more …',
    'hey, play … now',
    'hello, can i have …',
    'let us hear …',
    '… for my video',
    '… for my game',
    '… for my stream',
    '… for a friend',
    '… to listen to',
    '… to dance to',
    '… that sounds great',
    '… that is good',
    '… please',
    '… thanks',
    '… or something like it',
]

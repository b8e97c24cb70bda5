import { texts } from './languages.ts';

/** /riff, /surprise and *Riff from this message*: names, descriptions, forms and refusals. */
export const riffTexts = texts({
  en: {
    command: { name: 'riff', description: 'Turn a description into a few seconds of music' },
    prompt: {
      name: 'prompt',
      description: 'What the music should sound like, such as: jazz piano, slow, in a bar',
    },
    negative: {
      name: 'negative',
      description: 'What it should not sound like, such as: vocals, drums',
    },
    length: { name: 'length', description: 'Seconds of music; default: one clip of the model' },
    bpm: { name: 'bpm', description: 'Beats per minute' },
    loop: { name: 'loop', description: 'Cut to whole bars, so that it can be repeated' },
    seed: {
      name: 'seed',
      description: 'The same seed, prompt and options make the same riff; default: a new seed',
    },
    steps: { name: 'steps', description: 'More steps take longer and may sound better' },
    guidance: {
      name: 'guidance',
      description: 'How closely the prompt is followed; 1 ignores the negative prompt',
    },
    scheduler: {
      name: 'scheduler',
      description: 'The method that removes the noise; leave it out unless you know it',
    },
    profile: { name: 'profile', description: "Quality or speed; default: the server's own choice" },
    profileNames: { classic: 'classic', balanced: 'balanced', fast: 'fast' },
    /** Choices; Discord allows 100 characters. */
    profiles: {
      classic: 'classic: as the Riffusion notebook does it: PNDM, 20 steps, Griffin-Lim from random phases',
      balanced: 'balanced: the default; some later steps are extrapolated',
      fast: 'fast: less time, with some loss of detail',
    },
    preset: { name: 'preset', description: 'Saved options; those that you type here override them' },

    surprise: { name: 'surprise', description: 'A riff of random words that the model knows' },

    /** Titles and labels of forms; Discord allows 45 characters. */
    retextForm: 'Same seed, other words',
    extendForm: 'Extend',
    promptLabel: 'Prompt',
    newPromptLabel: 'Prompt for the new part',
    negativeLabel: 'Negative: what to keep out',
    secondsLabel: 'How much more',
    seconds: (count: string) => `${count} seconds`,
    atLabel: 'Where',
    atEnd: 'At the end',
    atStart: 'At the beginning',

    tooManyBlocked: 'This server has blocked too many of the words that I choose from. Please type your own.',
    fromMessage: 'Riff from this message',
    noRecipe:
      'file: expected a PNG, WAV or Ogg with the recipe of a riff, got none in this message; choose the message of a finished riff.',
    isLoop: 'This riff is a loop already.',
    nothingToGoOnFrom: 'I no longer have this riff to go on from. Ask for it again first.',
    notYoursToDelete: 'Only the user who asked for this riff, or a moderator, may delete it.',
    /** Without the prompt: it may be why the riff was deleted. */
    deleted: (user: string) => `${user} A moderator deleted your riff.`,
  },
  de: {
    command: { name: 'riff', description: 'Mach aus einer Beschreibung ein paar Sekunden Musik' },
    prompt: {
      name: 'prompt',
      description: 'Wie die Musik klingen soll, auf Englisch, etwa: jazz piano, slow, in a bar',
    },
    negative: { name: 'ohne', description: 'Wie sie nicht klingen soll, auf Englisch, etwa: vocals, drums' },
    length: { name: 'länge', description: 'Sekunden Musik; ohne Angabe: ein Clip des Modells' },
    bpm: { name: 'bpm', description: 'Schläge pro Minute' },
    loop: { name: 'loop', description: 'Auf ganze Takte geschnitten, damit man es wiederholen kann' },
    seed: {
      name: 'seed',
      description: 'Gleicher Seed, Prompt und Optionen: gleiches Riff; ohne Angabe: ein neuer Seed',
    },
    steps: { name: 'schritte', description: 'Mehr Schritte dauern länger und klingen vielleicht besser' },
    guidance: {
      name: 'guidance',
      description: 'Wie genau der Prompt befolgt wird; bei 1 zählt nicht, was du ausschließt',
    },
    scheduler: {
      name: 'scheduler',
      description: 'Wie das Rauschen entfernt wird; lass es weg, wenn du dich nicht auskennst',
    },
    profile: {
      name: 'profil',
      description: 'Qualität oder Geschwindigkeit; ohne Angabe: was der Server vorgibt',
    },
    profileNames: { classic: 'klassisch', balanced: 'ausgewogen', fast: 'schnell' },
    profiles: {
      classic: 'klassisch: wie im Riffusion-Notebook: PNDM, 20 Schritte, Griffin-Lim mit Zufallsphasen',
      balanced: 'ausgewogen: der Standard; manche späteren Schritte werden hochgerechnet',
      fast: 'schnell: weniger Zeit, mit etwas weniger Details',
    },
    preset: { name: 'vorlage', description: 'Gespeicherte Optionen; was du daneben angibst, geht vor' },

    surprise: {
      name: 'überraschung',
      description: 'Ein Riff aus zufälligen Wörtern, die das Modell kennt',
    },

    retextForm: 'Gleicher Seed, andere Wörter',
    extendForm: 'Verlängern',
    promptLabel: 'Prompt (auf Englisch)',
    newPromptLabel: 'Prompt für den neuen Teil',
    negativeLabel: 'Ohne: was nicht vorkommen soll',
    secondsLabel: 'Wie viel mehr',
    seconds: (count) => `${count} Sekunden`,
    atLabel: 'Wo',
    atEnd: 'Am Ende',
    atStart: 'Am Anfang',

    tooManyBlocked:
      'Dieser Server hat zu viele der Wörter gesperrt, aus denen ich wähle. Schreib bitte eigene.',
    fromMessage: 'Riff aus dieser Nachricht',
    noRecipe:
      'datei: erwartet wird ein PNG, WAV oder Ogg mit dem Rezept eines Riffs, diese Nachricht hat keins; wähl die Nachricht eines fertigen Riffs.',
    isLoop: 'Dieses Riff ist schon ein Loop.',
    nothingToGoOnFrom: 'Dieses Riff habe ich nicht mehr, um darauf aufzubauen. Bestell es erst noch einmal.',
    notYoursToDelete: 'Dieses Riff darf nur löschen, wer es bestellt hat oder hier moderiert.',
    deleted: (user) => `${user} Die Moderation hat dein Riff gelöscht.`,
  },
  fr: {
    command: { name: 'riff', description: 'Transforme une description en quelques secondes de musique' },
    prompt: {
      name: 'prompt',
      description: 'Le son voulu, en anglais, par exemple : jazz piano, slow, in a bar',
    },
    negative: { name: 'sans', description: 'Le son à éviter, en anglais, par exemple : vocals, drums' },
    length: { name: 'durée', description: 'Secondes de musique ; sans précision : un clip du modèle' },
    bpm: { name: 'bpm', description: 'Battements par minute' },
    loop: { name: 'boucle', description: 'Coupé en mesures entières, pour pouvoir tourner en boucle' },
    seed: {
      name: 'graine',
      description: 'Mêmes graine, prompt et options : même riff ; sans précision : une nouvelle graine',
    },
    steps: { name: 'étapes', description: 'Plus d’étapes prennent plus de temps et sonnent peut-être mieux' },
    guidance: {
      name: 'guidage',
      description: 'À quel point le prompt est suivi ; à 1, ce que tu exclus est ignoré',
    },
    scheduler: {
      name: 'échantillonneur',
      description: 'La méthode qui enlève le bruit ; laisse vide si tu ne la connais pas',
    },
    profile: { name: 'profil', description: 'Qualité ou vitesse ; sans précision : le choix du serveur' },
    profileNames: { classic: 'classique', balanced: 'équilibré', fast: 'rapide' },
    profiles: {
      classic: 'classique : comme le notebook Riffusion : PNDM, 20 étapes, Griffin-Lim à phases aléatoires',
      balanced: 'équilibré : par défaut ; certaines étapes tardives sont extrapolées',
      fast: 'rapide : moins de temps, avec un peu moins de détails',
    },
    preset: {
      name: 'préréglage',
      description: 'Des options enregistrées ; ce que tu précises à côté l’emporte',
    },

    surprise: { name: 'surprise', description: 'Un riff de mots que le modèle connaît, tirés au hasard' },

    retextForm: 'Même graine, autres mots',
    extendForm: 'Prolonger',
    promptLabel: 'Prompt (en anglais)',
    newPromptLabel: 'Prompt de la nouvelle partie',
    negativeLabel: 'Sans : ce qu’il faut éviter',
    secondsLabel: 'Combien de plus',
    seconds: (count) => `${count} secondes`,
    atLabel: 'Où',
    atEnd: 'À la fin',
    atStart: 'Au début',

    tooManyBlocked: 'Ce serveur a bloqué trop des mots parmi lesquels je choisis. Écris les tiens.',
    fromMessage: 'Riff de ce message',
    noRecipe:
      'fichier : il faut un PNG, un WAV ou un Ogg avec la recette d’un riff, ce message n’en a pas ; choisis le message d’un riff terminé.',
    isLoop: 'Ce riff est déjà une boucle.',
    nothingToGoOnFrom:
      'Je n’ai plus ce riff : impossible de continuer à partir de lui. Redemande-le d’abord.',
    notYoursToDelete: 'Seule la personne qui a demandé ce riff, ou la modération, peut le supprimer.',
    deleted: (user) => `${user} La modération a supprimé ton riff.`,
  },
});

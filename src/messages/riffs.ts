import { texts } from './languages.ts';

/** /riffs: the pages of what a user made. */
export const riffsTexts = texts({
  en: {
    command: { name: 'riffs', description: 'Your riffs: hear them again, post, keep or delete them' },
    favouritesOption: { name: 'favourites', description: 'Only your favourites' },
    place: (number: number, total: number, when: string) => `Your riff **${number}** of ${total} · ${when}`,
    favouritePlace: (number: number, total: number, when: string) =>
      `★ Your favourite **${number}** of ${total} · ${when}`,
    isFavourite: '★ a favourite: it is kept until you delete it',
    shareHint: 'To share it in a server, use this command there and press **Post**.',
    none: 'You have no finished riffs yet.',
    noFavourites: 'You have no favourites yet. Press **☆ Favourite** under one of your riffs.',
    filesGone: 'Its picture and its sound are no longer here.',
    gone: 'This riff is no longer here.',
    favouritesFull: (most: number) =>
      `You have ${most} favourites, which is the limit. Take the star off another first.`,
    deleteQuestion:
      'Delete this riff with its prompt and files? Messages already sent stay. This cannot be undone.',
    buttons: {
      previous: '◀ Newer',
      next: 'Older ▶',
      favourite: '☆ Favourite',
      noFavourite: '★ Favourite',
      repost: 'Post',
      discard: 'Delete',
      erase: 'Delete it',
      keep: 'Keep it',
      all: 'All riffs',
      favourites: 'Favourites',
    },
  },
  de: {
    command: { name: 'riffs', description: 'Deine Riffs: hör sie wieder, zeig, behalte oder lösch sie' },
    favouritesOption: { name: 'favoriten', description: 'Nur deine Favoriten' },
    place: (number: number, total: number, when: string) => `Dein Riff **${number}** von ${total} · ${when}`,
    favouritePlace: (number: number, total: number, when: string) =>
      `★ Dein Favorit **${number}** von ${total} · ${when}`,
    isFavourite: '★ ein Favorit: er bleibt, bis du ihn löschst',
    shareHint: 'Um es auf einem Server zu zeigen, benutze diesen Befehl dort und drück **Zeigen**.',
    none: 'Du hast noch keine fertigen Riffs.',
    noFavourites: 'Du hast noch keine Favoriten. Drück **☆ Favorit** unter einem deiner Riffs.',
    filesGone: 'Sein Bild und sein Klang sind nicht mehr da.',
    gone: 'Dieses Riff ist nicht mehr da.',
    favouritesFull: (most: number) =>
      `Du hast ${most} Favoriten, mehr gehen nicht. Nimm erst einem anderen den Stern weg.`,
    deleteQuestion:
      'Dieses Riff mit Prompt und Dateien löschen? Gesendete Nachrichten bleiben. Das lässt sich nicht rückgängig machen.',
    buttons: {
      previous: '◀ Neuer',
      next: 'Älter ▶',
      favourite: '☆ Favorit',
      noFavourite: '★ Favorit',
      repost: 'Zeigen',
      discard: 'Löschen',
      erase: 'Ja, löschen',
      keep: 'Behalten',
      all: 'Alle Riffs',
      favourites: 'Favoriten',
    },
  },
  fr: {
    command: { name: 'riffs', description: 'Tes riffs : les réécouter, publier, garder ou supprimer' },
    favouritesOption: { name: 'favoris', description: 'Tes favoris seulement' },
    place: (number: number, total: number, when: string) => `Ton riff **${number}** sur ${total} · ${when}`,
    favouritePlace: (number: number, total: number, when: string) =>
      `★ Ton favori **${number}** sur ${total} · ${when}`,
    isFavourite: '★ un favori : il reste jusqu’à ce que tu le supprimes',
    shareHint: 'Pour le partager sur un serveur, utilise cette commande là-bas et appuie sur **Publier**.',
    none: 'Tu n’as pas encore de riff terminé.',
    noFavourites: 'Tu n’as pas encore de favori. Appuie sur **☆ Favori** sous un de tes riffs.',
    filesGone: 'L’image et le son de ce riff ne sont plus là.',
    gone: 'Ce riff n’est plus là.',
    favouritesFull: (most: number) =>
      `Tu as ${most} favoris, c’est la limite. Retire d’abord l’étoile d’un autre.`,
    deleteQuestion:
      'Supprimer ce riff avec son prompt et ses fichiers ? Les messages envoyés restent. C’est irréversible.',
    buttons: {
      previous: '◀ Plus récent',
      next: 'Plus ancien ▶',
      favourite: '☆ Favori',
      noFavourite: '★ Favori',
      repost: 'Publier',
      discard: 'Supprimer',
      erase: 'Oui, supprimer',
      keep: 'Garder',
      all: 'Tous les riffs',
      favourites: 'Favoris',
    },
  },
});

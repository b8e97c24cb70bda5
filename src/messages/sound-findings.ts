import { texts } from './languages.ts';
import type { Said } from './said.ts';
import { french, german } from './wording.ts';

/** What was found in place of a readable sound file. */
export const soundFindingTexts = texts({
  en: {
    unknownFile: () => 'a file of another type',
    tooSlow: ({ format, seconds }: { readonly format: string; readonly seconds: number }) =>
      `${format} that took longer than ${seconds} seconds to decode`,
    damaged: ({ format }: { readonly format: string }) => `${format} that is damaged or holds no sound`,
    noWav: () => 'a file that is not a WAV',
    noFormat: () => 'one without a format chunk',
    noData: () => 'one without a data chunk',
    noSamples: () => 'one without samples',
    noNumbers: () => 'one with samples that are not numbers or far beyond full scale',
    shortFormat: ({ bytes }: { readonly bytes: number }) => `one with a format chunk of ${bytes} bytes`,
    channels: ({ channels }: { readonly channels: number }) => `one with ${channels} channels`,
    rate: ({ rateHz }: { readonly rateHz: number }) => `one with a rate of ${rateHz} Hz`,
    noSubFormat: () => 'one with an extensible format without its sub-format',
    unknownSubFormat: ({ hex }: { readonly hex: string }) =>
      `one with samples of the unknown sub-format ${hex}`,
    pcm: ({ bits }: { readonly bits: number }) => `one with samples of ${bits}-bit PCM`,
    floats: ({ bits }: { readonly bits: number }) => `one with samples of ${bits}-bit floats`,
    codec: ({ codec }: { readonly codec: string }) => `one with samples of ${codec}`,
    unknownFormat: ({ tag }: { readonly tag: number }) => `one with samples of the unknown format ${tag}`,
  },
  de: {
    unknownFile: () => 'eine Datei anderer Art',
    tooSlow: ({ format, seconds }) =>
      `${format}, dessen Dekodieren länger als ${german.counted(seconds, 'Sekunde', 'Sekunden')} dauert`,
    damaged: ({ format }) => `${format}, das beschädigt ist oder keinen Klang enthält`,
    noWav: () => 'eine Datei, die kein WAV ist',
    noFormat: () => 'eins ohne Angabe seines Formats',
    noData: () => 'eins ohne Daten',
    noSamples: () => 'eins ohne Samples',
    noNumbers: () => 'eins mit Samples, die keine Zahlen oder viel zu groß sind',
    shortFormat: ({ bytes }) => `eins mit nur ${bytes} Bytes Formatangabe`,
    channels: ({ channels }) => `eins mit ${german.counted(channels, 'Kanal', 'Kanälen')}`,
    rate: ({ rateHz }) => `eins mit einer Abtastrate von ${rateHz} Hz`,
    noSubFormat: () => 'eins mit erweitertem Format, dessen Unterformat fehlt',
    unknownSubFormat: ({ hex }) => `eins mit Samples des unbekannten Unterformats ${hex}`,
    pcm: ({ bits }) => `eins mit Samples in ${bits}-Bit-PCM`,
    floats: ({ bits }) => `eins mit Samples in ${bits}-Bit-Gleitkommazahlen`,
    codec: ({ codec }) => `eins mit Samples in ${codec}`,
    unknownFormat: ({ tag }) => `eins mit Samples des unbekannten Formats ${tag}`,
  },
  fr: {
    unknownFile: () => 'un fichier d’un autre type',
    tooSlow: ({ format, seconds }) =>
      `du ${format} trop long à décoder (plus de ${french.counted(seconds, 'seconde', 'secondes')})`,
    damaged: ({ format }) => `du ${format} abîmé ou sans aucun son`,
    noWav: () => 'un fichier qui n’est pas un WAV',
    noFormat: () => 'un WAV qui ne dit pas son format',
    noData: () => 'un WAV sans données',
    noSamples: () => 'un WAV sans échantillons',
    noNumbers: () => 'un WAV dont des échantillons ne sont pas des nombres ou sont démesurés',
    shortFormat: ({ bytes }) => `un WAV dont le bloc de format n’a que ${bytes} octets`,
    channels: ({ channels }) => `un fichier à ${french.counted(channels, 'canal', 'canaux')}`,
    rate: ({ rateHz }) => `un fichier à ${rateHz} Hz`,
    noSubFormat: () => 'un WAV au format étendu sans son sous-format',
    unknownSubFormat: ({ hex }) => `un WAV au sous-format inconnu ${hex}`,
    pcm: ({ bits }) => `un WAV en PCM ${bits} bits`,
    floats: ({ bits }) => `un WAV en flottants ${bits} bits`,
    codec: ({ codec }) => `un WAV en ${codec}`,
    unknownFormat: ({ tag }) => `un WAV au format inconnu ${tag}`,
  },
});

export type SoundFinding = Said<(typeof soundFindingTexts)['en']>;

/** Discord's client or server would refuse the action without sending it to the bot. */
export class ActionRefused extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'ActionRefused';
  }
}

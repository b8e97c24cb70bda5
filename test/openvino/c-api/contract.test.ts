import { describeBinding } from '../contract/contract.ts';

await describeBinding('c-api');

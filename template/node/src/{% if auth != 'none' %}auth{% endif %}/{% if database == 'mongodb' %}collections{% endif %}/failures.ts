/** The collection of the attempts to sign in that failed. */

import type { Collection } from '../../database/collections.ts';

/** The failures. */
export const collection: Collection = {
  name: 'sign_in_failures',
  validator: {
    $jsonSchema: {
      bsonType: 'object',
      additionalProperties: false,
      required: ['_id', 'subject', 'at'],
      properties: {
        _id: { bsonType: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' },
        subject: { bsonType: 'string', pattern: '^[0-9a-f]{64}$' },
        at: { bsonType: 'date' },
      },
    },
  },
  indexes: [{ name: 'sign_in_failures_subject_at', key: { subject: 1, at: 1 } }],
};

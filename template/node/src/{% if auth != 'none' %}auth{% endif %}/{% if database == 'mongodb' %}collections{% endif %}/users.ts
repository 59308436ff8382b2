/** The collection of the accounts, and what an account must be to get into it. */

import type { Collection } from '../../database/collections.ts';

/** The accounts. */
export const collection: Collection = {
  name: 'users',
  validator: {
    $jsonSchema: {
      bsonType: 'object',
      additionalProperties: false,
      required: ['_id', 'email', 'email_key', 'name', 'password_hash', 'created_at', 'updated_at'],
      properties: {
        _id: { bsonType: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' },
        email: { bsonType: 'string', minLength: 1, maxLength: 254 },
        email_key: { bsonType: 'string', minLength: 1, maxLength: 254 },
        name: { bsonType: 'string', minLength: 1, maxLength: 64 },
        password_hash: { bsonType: 'string', minLength: 1, maxLength: 255 },
        created_at: { bsonType: 'date' },
        updated_at: { bsonType: 'date' },
      },
    },
  },
  indexes: [{ name: 'users_email_key', key: { email_key: 1 }, unique: true }],
};

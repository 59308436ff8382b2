/** The types of /api/v1/notes. */

export interface paths {
  '/api/v1/notes': {
    get: operations['listNotes'];
    post: operations['createNote'];
  };
  '/api/v1/notes/{id}': {
    get: operations['readNote'];
    delete: operations['deleteNote'];
    patch: operations['changeNote'];
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    NewNote: {
      body: string;
      title: string;
    };
    Note: {
      author_id: string | null;
      body: string;
      created_at: string;
      id: string;
      title: string;
      updated_at: string;
    };
    NoteChanges: {
      body?: string;
      title?: string;
    };
    NotePage: {
      items: components['schemas']['Note'][];
      next_cursor: string | null;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  listNotes: {
    parameters: {
      query?: {
        cursor?: string;
        limit?: number;
      };
    };
    responses: {
      200: {
        headers: {
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NotePage'];
        };
      };
    };
  };
  createNote: {
    requestBody: {
      content: {
        'application/json': components['schemas']['NewNote'];
      };
    };
    responses: {
      201: {
        headers: {
          ETag?: string;
          Location?: string;
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Note'];
        };
      };
    };
  };
  readNote: {
    parameters: {
      header?: {
        'If-None-Match'?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      200: {
        headers: {
          ETag?: string;
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Note'];
        };
      };
      304: {
        headers: {
          ETag?: string;
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
      };
    };
  };
  deleteNote: {
    parameters: {
      header?: {
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
    };
    responses: {
      204: {
        headers: {
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
      };
    };
  };
  changeNote: {
    parameters: {
      header?: {
        'If-Match'?: string;
      };
      path: {
        id: string;
      };
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['NoteChanges'];
      };
    };
    responses: {
      200: {
        headers: {
          ETag?: string;
          'X-Request-Id'?: string;
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['Note'];
        };
      };
    };
  };
}

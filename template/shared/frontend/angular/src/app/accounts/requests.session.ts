/** What accounts do to requests: the browser sends the cookie, only its end has to be noticed. */

import { noticeTheEnd } from './ended';

/** What every request passes. */
export const interceptors = [noticeTheEnd];

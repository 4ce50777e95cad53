import { expect, test } from 'vitest'
import { confusable } from './confusable.ts'

test.each([
  ['us\u0435rs', 'users', ['U+0435']],
  ['\u0430dmin', 'admin', ['U+0430']],
  ['p\u0430\u0455s', 'pass', ['U+0430', 'U+0455']],
  ['\u03bfrders', 'orders', ['U+03BF']],
  ['user_\u0430', 'user_a', ['U+0430']],
  ['\u0430\u0440\u0440', 'app', ['U+0430', 'U+0440']],
  ['\u0410\u0420\u0406', 'API', ['U+0410', 'U+0420', 'U+0406']],
  ['\u03c5\u0455\u0435\u0433\u0455', 'users', ['U+03C5', 'U+0455', 'U+0435', 'U+0433']],
  ['\uff41dmin', 'admin', ['U+FF41']],
  ['\u0261roups', 'groups', ['U+0261']],
  ['\u13aacount', 'Acount', ['U+13AA']],
])('%s only looks like %s', (name, seems, letters) => {
  expect(confusable(name)).toEqual({ kind: 'confusable-name', name, seems, letters })
})

test.each([
  ...['users', 'caf\u00e9', 'na\u00efve_user', 'stra\u00dfe', '\u0142\u00f3d\u017a', 'kullan\u0131c\u0131'],
  ...[
    '\u0441\u0442\u0440\u0430\u043d\u044b',
    '\u043f\u043e\u043b\u044c\u0437\u043e\u0432\u0430\u0442\u0435\u043b\u0438',
  ],
  ...[
    '\u0440\u043e\u0441\u0430',
    '\u0434\u0430\u0442\u0430_id',
    'id_\u0441\u0442\u0440\u0430\u043d\u044b',
    '\u0394t',
  ],
  ...[
    '\u03c0\u03b5\u03bb\u03ac\u03c4\u03b7\u03c2',
    '\u30e6\u30fc\u30b6\u30fc',
    '\u30e6\u30fc\u30b6\u30fcID',
    '\u7528\u6237_id',
  ],
  ...[
    '\u0627\u0644\u0645\u0633\u062a\u062e\u062f\u0645',
    '\u05e9\u05dd',
    '\u0e1c\u0e39\u0e49\u0e43\u0e0a\u0e49',
    '\uc0ac\uc6a9\uc790',
  ],
])('%s is what it looks like', (name) => {
  expect(confusable(name)).toBeUndefined()
})

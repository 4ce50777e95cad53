import { testRule } from '../testing.ts'
import { grantOption } from './grant-option.ts'

testRule(grantOption, {
  reports: {
    'GRANT SELECT ON invoices TO accounting WITH GRANT OPTION': [
      'GRANT SELECT ON invoices TO accounting WITH GRANT OPTION',
      '1: WITH GRANT OPTION: from here on accounting decides who else gets SELECT on invoices.',
    ],
    'GRANT accounting TO anna, bert WITH ADMIN OPTION': [
      'GRANT accounting TO anna, bert WITH ADMIN OPTION',
      '1: WITH ADMIN OPTION: from here on anna, bert decide who else gets accounting.',
    ],
    'GRANT accounting TO anna WITH ADMIN TRUE, INHERIT FALSE': [
      'GRANT accounting TO anna WITH ADMIN TRUE, INHERIT FALSE',
      '1: WITH ADMIN OPTION: from here on anna decides who else gets accounting.',
    ],
  },
  allows: {
    'GRANT accounting TO anna WITH ADMIN FALSE': 'GRANT accounting TO anna WITH ADMIN FALSE',
    'GRANT SELECT ON invoices TO accounting': 'GRANT SELECT ON invoices TO accounting',
    'REVOKE GRANT OPTION FOR SELECT ON invoices FROM accounting':
      'REVOKE GRANT OPTION FOR SELECT ON invoices FROM accounting',
  },
})

testRule(
  grantOption,
  {
    reports: {
      'GRANT SELECT, INSERT ON shop.invoices TO app@localhost WITH GRANT OPTION': [
        'GRANT SELECT, INSERT ON shop.invoices TO app@localhost WITH GRANT OPTION',
        '1: WITH GRANT OPTION: from here on app@localhost decides who else gets SELECT, INSERT on shop.invoices.',
      ],
      'GRANT accounting TO anna@localhost WITH ADMIN OPTION': [
        'GRANT accounting TO anna@localhost WITH ADMIN OPTION',
        '1: WITH ADMIN OPTION: from here on anna@localhost decides who else gets accounting.',
      ],
    },
    allows: {
      'GRANT SELECT ON shop.invoices TO app@localhost WITH MAX_QUERIES_PER_HOUR 5':
        'GRANT SELECT ON shop.invoices TO app@localhost WITH MAX_QUERIES_PER_HOUR 5',
    },
  },
  { engine: 'mysql' },
)

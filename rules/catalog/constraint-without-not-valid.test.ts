import { testRule } from '../testing.ts'
import { constraintWithoutNotValid } from './constraint-without-not-valid.ts'

testRule(constraintWithoutNotValid, {
  reports: {
    'a foreign key': [
      'ALTER TABLE orders ADD CONSTRAINT k FOREIGN KEY (user_id) REFERENCES users (id);',
      '1: Writers of orders and users wait until every row is checked, the longer the larger orders is.',
    ],
    'one without a name': [
      'ALTER TABLE orders ADD FOREIGN KEY (user_id, shop_id) REFERENCES app.users;',
      '1: Writers of orders and app.users wait until every row is checked, the longer the larger orders is.',
    ],
    'a CHECK': [
      'ALTER TABLE orders ADD CONSTRAINT k CHECK (total > 0);',
      '1: Readers and writers of orders wait until every row is checked, the longer the larger it is.',
    ],
    'NOT NULL as a constraint': [
      'ALTER TABLE orders ADD CONSTRAINT k NOT NULL total;',
      '1: Readers and writers of orders wait until every row is checked, the longer the larger it is.',
    ],
    'a CHECK behind a new column': [
      'ALTER TABLE orders ADD COLUMN total int CHECK (total > 0);',
      '1: Readers and writers of orders wait until every row is checked, the longer the larger it is.',
    ],
    'one of several commands': [
      `ALTER TABLE orders
  ADD COLUMN a int,
  ADD CONSTRAINT k CHECK (a > 0);`,
      '3: Readers and writers of orders wait until every row is checked, the longer the larger it is.',
    ],
    'a foreign key behind a new column with a default': [
      'ALTER TABLE orders ADD COLUMN plan_id int NOT NULL DEFAULT 1 REFERENCES plans (id);',
      '1: Readers and writers of orders wait until the default is looked up in plans for every row, the longer the larger orders is.',
    ],
  },
  allows: {
    'a foreign key behind a new column that is empty':
      'ALTER TABLE orders ADD COLUMN plan_id int REFERENCES plans (id);',
    'NOT VALID': 'ALTER TABLE orders ADD CONSTRAINT k CHECK (total > 0) NOT VALID;',
    'NOT ENFORCED': 'ALTER TABLE orders ADD CONSTRAINT k CHECK (total > 0) NOT ENFORCED;',
    'a table born in the same file': `CREATE TABLE orders (a int);
ALTER TABLE orders ADD CHECK (a > 0);`,
  },
})

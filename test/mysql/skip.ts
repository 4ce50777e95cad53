/** True where whoever runs the tests has said to leave MySQL and MariaDB out; `npm test` says which files that were. */
export const withoutMysql = process.env.DBWARD_TEST_SKIP_MYSQL === '1'

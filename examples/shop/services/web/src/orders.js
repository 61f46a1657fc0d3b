const { Pool } = require('pg');

const db = new Pool({ connectionString: process.env.DATABASE_URL });

// The orders of a customer.
exports.of = (customer) => db.query('SELECT * FROM orders WHERE customer = $1', [customer]).then((found) => found.rows);

// The orders whose notes hold a word.
exports.withNote = (customer, word) => {
  const like = " AND note LIKE '%" + word + "%'";
  return db.query('SELECT * FROM orders WHERE customer = $1' + like, [customer]).then((found) => found.rows);
};

// The newest orders, as many as are asked for.
exports.newest = (customer, count) =>
  db.query('SELECT * FROM orders WHERE customer = $1 ORDER BY id DESC LIMIT ' + Number(count), [customer]).then((found) => found.rows);

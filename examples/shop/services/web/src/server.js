const express = require('express');
const { Pool } = require('pg');
const { customer } = require('./session');

const app = express();
const db = new Pool({ connectionString: process.env.DATABASE_URL });

app.get('/orders', async (req, res) => {
  const who = await customer(req.headers.authorization);
  const orders = await db.query('SELECT * FROM orders WHERE customer = $1', [who.sub]);
  res.json(orders.rows);
});

app.listen(3000);

const express = require('express');
const { customer } = require('./session');
const orders = require('./orders');
const invoices = require('./invoices');

const app = express();

app.get('/orders', async (req, res) => {
  const who = await customer(req.headers.authorization);
  if (req.query.note) {
    return res.json(await orders.withNote(who.sub, req.query.note));
  }
  if (req.query.newest) {
    return res.json(await orders.newest(who.sub, req.query.newest));
  }
  return res.json(await orders.of(who.sub));
});

app.get('/invoices/:number', async (req, res) => {
  await customer(req.headers.authorization);
  res.type('pdf').send(await invoices.byNumber(req.params.number));
});

app.get('/pictures', async (req, res) => {
  res.type('png').send(await invoices.picture(req.query.name));
});

app.listen(3000);

const fs = require('fs');
const path = require('path');

const folder = '/srv/invoices';

// The invoice that a customer asks for, by its number.
exports.byNumber = (number) => fs.promises.readFile(path.join(folder, path.basename(number) + '.pdf'));

// The picture on an invoice.
exports.picture = (name) => fs.promises.readFile(path.join(folder, 'pictures', name));

#!/usr/bin/env node
'use strict';

const { program } = require('commander');
const { convert } = require('@measures/units');

program
  .name('measure')
  .argument('<value>')
  .argument('<from>', 'unit, such as mi')
  .argument('<to>', 'unit, such as km')
  .action((value, from, to) => {
    try {
      console.log(`${value} ${from} = ${convert(value, from, to)} ${to}`);
    } catch (err) {
      program.error(`measure: ${err.message}`);
    }
  })
  .parse();

-- How much the bulk rows work on; whoever wants less says so before `rows` is loaded.
return {
  items = 1000000,
  sorted = 100000,
}

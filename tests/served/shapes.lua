-- What a module may return, by its args; and what it may not.
return function(args)
  if args.fail then error(args.fail) end
  if args.number then return 5 end
  if args.nothing then return end
  local helper = args.helper and require(args.helper)
  return { args = args, helper = helper and helper.name, path = args.path, variable = os.getenv(args.variable or "PATH"),
    where = package.searchpath("helping", package.path) }
end

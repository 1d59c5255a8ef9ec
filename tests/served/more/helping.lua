return { name = "the helper" }

"""The rules of tools/lint and the snippets that prove them."""

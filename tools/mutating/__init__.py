"""Parts of tools/mutants."""

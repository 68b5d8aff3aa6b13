"""The single checks of ``bin/lint``. Each returns its findings, one line each; an empty list means clean."""

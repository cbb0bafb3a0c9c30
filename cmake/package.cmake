# Filled by CPack: see docs/operating.md.

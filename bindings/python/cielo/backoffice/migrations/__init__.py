"""From one version of the ledger's schema to the next."""

"""The contract: one suite over HTTP, the same for every stack."""

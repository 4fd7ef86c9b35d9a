"""The only code that changes the level of the IR: bundle to `AppIR`, `AppIR` to `Plan`, `Plan` to manifests."""

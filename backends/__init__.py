"""Plan and manifests to files, one folder per target."""

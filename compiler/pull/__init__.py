"""A running control plane as tidy files, read only when somebody names a context of a kubeconfig."""
